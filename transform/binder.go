package transform

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// binder puts one boundary on the principals of a fragment.
type binder struct {
	fragment  *Fragment
	arn       string
	quotedARN []byte // as JSON

	inner           *jsontext.Decoder
	keeper          *keeper
	properties      []byte
	edits           []cfn.Edit    // of one principal; memory that is used again
	allAlternatives []alternative // likewise
}

func newBinder(f *Fragment, arn string) (*binder, error) {
	quotedARN, err := jsontext.AppendQuote(nil, arn)
	if err != nil {
		return nil, err
	}
	inner := jsontext.NewDecoder(bytes.NewReader(nil))
	return &binder{
		fragment:   f,
		arn:        arn,
		quotedARN:  quotedARN,
		inner:      inner,
		keeper:     newKeeper(f, inner),
		properties: cfn.Wrap(boundaryName, quotedARN),
	}, nil
}

// each calls visit with each principal, what becomes of it and the edits that do it. The edits are valid
// until visit returns.
func (b *binder) each(visit func(p principal, f fate, edits []cfn.Edit)) {
	for _, p := range b.fragment.principals {
		b.edits = b.edits[:0]
		visit(p, b.bind(p), b.edits)
	}
}

// bind appends the edits that a principal needs, and says what becomes of it.
func (b *binder) bind(p principal) fate {
	source := b.fragment.source
	switch boundary := p.boundary.span(); {
	case p.noProperties:
		b.edits = append(b.edits, cfn.Insert(source, p.parent.span(), "Properties", b.properties))
	case !boundary.Found():
		b.edits = append(b.edits, cfn.Insert(source, p.parent.span(), boundaryName, b.quotedARN))
	default:
		b.allAlternatives = b.fragment.alternatives(b.inner, b.allAlternatives[:0], boundary)
		return b.existing(p, b.allAlternatives)
	}
	return fate{added: true}
}

// check fails where a principal is refused, and where the fragment would be too large.
func (b *binder) check(others []cfn.Edit) error {
	refused, size := b.survey()
	if len(b.fragment.faults)+len(refused) > 0 {
		return newFaultsError(b.fragment, refused)
	}
	for _, e := range others {
		size += e.Growth()
	}
	if limit := b.fragment.options.Limit; limit > 0 && size > limit {
		return &SizeError{Size: size, Limit: limit}
	}
	return nil
}

// survey finds the faults, and the size that the fragment would have.
func (b *binder) survey() (faults []fault, size int) {
	size = len(b.fragment.source)
	b.each(func(p principal, f fate, edits []cfn.Edit) {
		if f.refused {
			faults = append(faults, fault{p.reference, f.problem})
		}
		for _, e := range edits {
			size += e.Growth()
		}
	})
	return faults, size
}

// result puts the boundary on each principal, and makes the other edits.
func (b *binder) result(others []cfn.Edit) (*Result, error) {
	source := b.fragment.source
	r := &Result{}
	var all []cfn.Edit
	b.each(func(p principal, f fate, edits []cfn.Edit) {
		all = append(all, edits...)
		r.note(source, p.reference, f)
	})
	var err error
	r.Fragment, err = cfn.Apply(source, append(all, others...))
	return r, err
}

// note lists a principal by what becomes of it.
func (r *Result) note(source []byte, ref reference, f fate) {
	if f.added {
		r.Added.add(source, ref)
	}
	if f.replaced {
		r.Replaced.add(source, ref)
	}
	if f.kept {
		r.Kept.add(source, ref)
	}
	if f.same {
		r.Same.add(source, ref)
	}
}
