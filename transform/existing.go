package transform

import (
	"cmp"

	"amplify-boundary/internal/cfn"
)

// ExistingMode says what the macro does with a role's boundary that is not the environment's.
type ExistingMode string

// The modes. Under Keep and Reject, an absent value is not a boundary: null, the empty string, {"Ref": "AWS::NoValue"},
// and, under Keep, a Ref to a template parameter that is empty. If an Fn::If has such a branch, the branch is filled.
const (
	Replace ExistingMode = "replace" // every role carries the environment's boundary
	Keep    ExistingMode = "keep"    // the role's own boundary stays
	Reject  ExistingMode = "reject"  // the role's own boundary is a fault
)

// plan is what makes a bounded fragment of a fragment.
type plan struct {
	fragment  *Fragment
	arn       string
	quotedARN []byte // as JSON; with Fn::Sub where it has placeholders

	edits  []cfn.Edit
	faults []Fault
	result Result // without the fragment
	keep   keepRule
}

func (f *Fragment) plan(arn string, others ...cfn.Edit) (*plan, error) {
	quotedARN := cfn.Quote(arn)
	if hasPlaceholder(arn) {
		quotedARN = cfn.Wrap(cfn.FunctionSub, quotedARN)
	}
	p := &plan{fragment: f, arn: arn, quotedARN: quotedARN, keep: keepRule{fragment: f}}
	if err := f.Ambiguity(); err != nil {
		return nil, err
	}
	if f.Shape == ShapeBoundary {
		return p, nil
	}
	for _, r := range f.roles {
		p.role(r)
	}
	if len(f.faults)+len(p.faults) > 0 {
		return nil, &FaultsError{f.Options.Macro, append(f.Faults(), p.faults...)}
	}
	p.edits = append(p.edits, others...)
	size := len(f.source)
	for _, e := range p.edits {
		size += e.Growth()
	}
	if limit := f.Options.Limit; limit > 0 && size > limit {
		return nil, &SizeError{Size: size, Limit: limit}
	}
	return p, nil
}

// role plans the edits that a role needs.
func (p *plan) role(r role) {
	source := p.fragment.source
	switch {
	case r.noProperties:
		p.edits = append(p.edits, cfn.Insert(source, r.parent, cfn.AttributeProperties, cfn.Wrap(cfn.PropertyBoundary, p.quotedARN)))
		p.result.Added = append(p.result.Added, r.Resource)
	case !r.boundary.Found():
		p.edits = append(p.edits, cfn.Insert(source, r.parent, cfn.PropertyBoundary, p.quotedARN))
		p.result.Added = append(p.result.Added, r.Resource)
	default:
		p.existing(r)
	}
}

// existing plans the edits of a role that has a boundary.
func (p *plan) existing(r role) {
	mode, source := cmp.Or(p.fragment.Options.Existing, Replace), p.fragment.source
	var equal, others, doubtful int
	var vacant []cfn.Edit
	for _, a := range r.alternatives {
		outcome := kept
		switch {
		case a.carries(source, p.arn):
			equal++
			continue
		case a.kind == absent:
			outcome = vacated
		case mode == Keep:
			outcome = p.keep.outcome(a)
		}
		switch outcome {
		case vacated:
			vacant = append(vacant, cfn.Edit{At: a.at, Text: p.quotedARN})
		case kept:
			others++
		default:
			doubtful++
		}
	}
	isWhole := r.alternatives[0].at == r.boundary
	list := &p.result
	switch {
	case isWhole && equal == 1:
		list.Same = append(list.Same, r.Resource)
	case mode == Replace:
		p.edits = append(p.edits, cfn.Edit{At: r.boundary, Text: p.quotedARN})
		if equal+others > 0 {
			list.Replaced = append(list.Replaced, r.Resource)
		} else {
			list.Added = append(list.Added, r.Resource)
		}
	case mode == Reject && others > 0:
		p.faults = append(p.faults, Fault{r.Resource, ExistingBoundary})
	case doubtful > 0:
		p.faults = append(p.faults, Fault{r.Resource, DoubtfulBoundary})
	default:
		p.edits = append(p.edits, vacant...)
		if len(vacant) > 0 {
			list.Added = append(list.Added, r.Resource)
		}
		if others > 0 {
			list.Kept = append(list.Kept, r.Resource)
		}
		if len(vacant)+others == 0 {
			list.Same = append(list.Same, r.Resource)
		}
	}
}
