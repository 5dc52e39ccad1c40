// Package transform sets a permissions boundary on every IAM role of a CloudFormation fragment.
//
// It works on bytes. One validating pass records where each role's boundary is or belongs, and the output is the input
// with these positions spliced, so that every other byte is unchanged. It evaluates no intrinsic function, renames
// nothing, and knows nothing of AWS except resource types.
//
// A fragment is bounded as a whole or refused. Anything that could leave a role without the boundary is a fault, and
// all faults of a fragment are reported together, see [FaultsError].
package transform

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// Options are the operator's choices, and what is known of the stack. The zero value replaces existing boundaries and
// leaves users alone.
type Options struct {
	Macro    string       // the macro's name in messages; empty is [cfn.DefaultMacro]
	Existing ExistingMode // empty is [Replace]
	Users    bool         // set the boundary on AWS::IAM::User too
	Limit    int          // bytes that [Result.Fragment] may have; 0 for no limit

	// ParameterValues are the values of the template's parameters, as a macro receives them. Under [Keep] they decide
	// whether a boundary that is a Ref to one of them is kept.
	ParameterValues map[string]jsontext.Value
}

// Fragment is a fragment that has been read, with the positions of its roles' boundaries.
type Fragment struct {
	Shape Shape

	// Options are those of [Parse]. All except Users may still be changed before [Fragment.Bound].
	Options Options

	// NestedStacks lists the nested stacks. No macro sees the roles in their templates, but these templates can
	// declare the macro themselves.
	NestedStacks []Resource

	// OutOfSight lists the other resources that can have roles that no macro sees, such as custom resources.
	OutOfSight []Resource

	// UnboundedUsers lists the users that are left alone because the options do not ask to bound them.
	UnboundedUsers []Resource

	source    []byte
	ambiguity *ShapeError // if the fragment has a second shape
	roles     []role
	faults    []Fault
	stacks    Stacks

	resources     cfn.Span            // the map of resources; not found in a snippet that has none
	loopVariables map[string]struct{} // the identifiers of all loops
}

// Result is a fragment in which every role carries a boundary.
type Result struct {
	// Fragment is a JSON value: the input with the boundary on each role, or, for [ShapeBoundary], the ARN as a
	// string. It shares the input's memory.
	Fragment cfn.Pieces

	// What was done with the roles. One whose boundary is an Fn::If can be both in Added and in Kept.
	Added    []Resource // had no boundary, or none under some condition
	Replaced []Resource // had another boundary, or this one under some conditions only
	Kept     []Resource // keep another boundary, under [Keep]
	Same     []Resource // had this boundary already; unchanged
}

// SizeError says that the fragment would be larger than the options allow.
type SizeError struct {
	Size, Limit int // bytes
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("the fragment would have %d bytes with its boundaries, more than %d; split the template", e.Size, e.Limit)
}

// Parse reads a fragment and determines its shape. The error is a [*cfn.Error] or a [*ShapeError]. Other reasons to
// refuse the fragment are left to [Fragment.Bound], because they do not matter in an environment without a boundary.
// The fragment must not change while the result is used.
func Parse(fragment []byte, options Options) (*Fragment, error) {
	r := cfn.NewReader(fragment, fragmentName)
	_, f, err := Read(r, options)
	if shape := (*ShapeError)(nil); err == nil || errors.As(err, &shape) {
		if err := r.End(); err != nil {
			return nil, err
		}
	}
	if err != nil {
		return nil, err
	}
	f.source = fragment // with the white space around it
	return f, nil
}

// Read does as [Parse] for the fragment that a reader reads next, such as a member of a request, and returns its span.
// The reader's positions must count from the start of the fragment, see [cfn.Reader.Next]. After a [*ShapeError], the
// fragment has been read to its end.
func Read(r *cfn.Reader, options Options) (cfn.Span, *Fragment, error) {
	options.Macro = cmp.Or(options.Macro, cfn.DefaultMacro)
	p := parser{reader: r, fragment: &Fragment{Options: options}}
	return p.parse()
}

// Ambiguity returns an error if the fragment could be read in two ways. Then what it says of its roles does not count.
func (f *Fragment) Ambiguity() error {
	if f.ambiguity == nil {
		return nil
	}
	return &ShapeError{f.Options.Macro, f.ambiguity.Reason, f.ambiguity.Advice}
}

// Check returns the error that [Fragment.Bound] would return: a [*ShapeError], a [*FaultsError], or a [*SizeError].
func (f *Fragment) Check(arn string) error {
	_, err := f.plan(arn)
	return err
}

// Bound returns the fragment with the boundary arn on every role, and with other edits, which must not touch roles. An arn
// with placeholders, ${AWS::AccountId}, is written as Fn::Sub. Bound
// returns a [*ShapeError] if the fragment could be read in two ways, a [*FaultsError] if a role could be left without
// the boundary, and a [*SizeError] if the result would be too large.
func (f *Fragment) Bound(arn string, others ...cfn.Edit) (*Result, error) {
	p, err := f.plan(arn, others...)
	if err != nil {
		return nil, err
	}
	if f.Shape == ShapeBoundary {
		p.result.Fragment = cfn.Pieces{p.quotedARN}
		return &p.result, nil
	}
	if p.result.Fragment, err = cfn.Splice(f.source, p.edits); err != nil {
		return nil, err
	}
	return &p.result, nil
}

// WithoutBoundary returns the answer in an environment without a boundary: the fragment unchanged, or, for
// [ShapeBoundary], a reference to AWS::NoValue.
func (f *Fragment) WithoutBoundary() []byte {
	if f.Shape == ShapeBoundary {
		return []byte(`{"Ref":"AWS::NoValue"}`)
	}
	return f.source
}

// Faults lists the faults for which [Fragment.Bound] refuses the fragment, sorted by logical ID, except those of
// existing boundaries, which depend on the boundary.
func (f *Fragment) Faults() []Fault {
	list := slices.Clone(f.faults)
	slices.SortStableFunc(list, compareFaults)
	return list
}

// RolesWithout lists the roles that, as the fragment is, do not carry the boundary arn under every condition.
func (f *Fragment) RolesWithout(arn string) []Resource {
	var list []Resource
	for _, r := range f.roles {
		isOther := func(a alternative) bool { return !a.carries(f.source, arn) }
		if len(r.alternatives) == 0 || slices.ContainsFunc(r.alternatives, isOther) {
			list = append(list, r.Resource)
		}
	}
	return list
}

// HasRoles reports whether the fragment has roles that can be seen.
func (f *Fragment) HasRoles() bool { return len(f.roles) > 0 }

// NothingToBound reports whether a template or a map of resources has neither a role that can be seen nor a fault, so
// that it comes back unchanged whatever the boundary. It may have nested stacks.
func (f *Fragment) NothingToBound() bool {
	return (f.Shape == ShapeTemplate || f.Shape == ShapeResources) && f.ambiguity == nil && len(f.roles) == 0 && len(f.faults) == 0
}
