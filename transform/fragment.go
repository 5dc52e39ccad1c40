// Package transform puts a permissions boundary on every IAM role of a CloudFormation fragment.
//
// It works on bytes: one validating pass remembers where each role's boundary is or belongs, and the
// output is the input with those places spliced, so that everything else comes back as it came. It
// resolves no intrinsic function, renames nothing, and knows nothing of AWS but resource types.
//
// A fragment is bounded whole or refused: whatever leaves a doubt whether every role would carry the
// boundary is a fault, and all faults of a fragment are reported together, see [FaultsError].
package transform

import (
	"bytes"
	"cmp"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// Options are the operator's choices. The zero value replaces existing boundaries and leaves users alone.
type Options struct {
	Macro    string       // the macro's name in messages; empty is [cfn.DefaultMacro]
	Existing ExistingMode // empty is [Replace]
	Users    bool         // bound AWS::IAM::User too
	Limit    int          // bytes that [Result.Fragment] may have; 0 is any number

	// What is known of the stack, so that under [Keep] a boundary that would be absent is found out: the
	// values of the template's parameters, as a macro receives them, the region and the account.
	ParameterValues map[string]jsontext.Value
	Region          string
	AccountID       string
}

// Fragment is a fragment that has been read, with the places of its roles' boundaries.
type Fragment struct {
	Shape Shape

	// NestedStacks lists the nested stacks: no macro sees the roles in their templates, but those can
	// declare the macro themselves.
	NestedStacks Resources

	// OutOfSight lists the rest of the resources that may make roles which no macro can see, such as
	// custom resources.
	OutOfSight Resources

	// UnboundedUsers lists the users that are left alone, where the options do not ask to bound them.
	UnboundedUsers Resources

	source     []byte
	options    Options
	principals []principal
	faults     []fault

	resources                        span // the map of resources, where there is one
	parameters, mappings, conditions span // those sections, in a template

	// loopVariables are the identifiers of the loops, under [Keep].
	loopVariables map[string]struct{}
}

// Result is a fragment whose every role carries a boundary.
type Result struct {
	// Fragment is a JSON value: the input with the boundary on each role, or, for [ShapeBoundary], the
	// ARN as a string. Where nothing changed it is the input itself.
	Fragment []byte

	// What became of the roles. One whose boundary is an Fn::If may be both Added and Kept.
	Added    Resources // had no boundary, or an absent one under some condition
	Replaced Resources // had another boundary, or this one under some conditions only
	Kept     Resources // keep another boundary, under [Keep]
	Same     Resources // had this boundary already; untouched
}

// SizeError says that a fragment with the boundary on each role would be larger than the options allow.
type SizeError struct {
	Size, Limit int // bytes
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("the fragment would have %d bytes with its boundaries, more than %d; split the template", e.Size, e.Limit)
}

// Parse reads a fragment and finds its shape. The error is a [*cfn.Error] or a [*ShapeError]; faults
// of single resources are left to [Fragment.Bound], since an environment without a boundary has none.
// The fragment must not change while the result is used. It has less than 4 GB.
func Parse(fragment []byte, options Options) (*Fragment, error) {
	options.Macro = cmp.Or(options.Macro, cfn.DefaultMacro)
	options.Existing = cmp.Or(options.Existing, Replace)
	f := &Fragment{source: fragment, options: options}
	p := parser{source: fragment, fragment: f, inner: jsontext.NewDecoder(bytes.NewReader(nil))}
	if err := p.parse(); err != nil {
		return nil, err
	}
	return f, nil
}

// Check fails as [Fragment.Bound] would, with a [*FaultsError] or a [*SizeError].
func (f *Fragment) Check(arn string) error {
	b, err := newBinder(f, arn)
	if err != nil || f.Shape == ShapeBoundary {
		return err
	}
	return b.check(nil)
}

// Bound returns the fragment with the boundary arn on every role, and with other edits that leave the
// roles alone, in the order of their places. It fails with a [*FaultsError] where a role could be left
// without the boundary, and with a [*SizeError] before it would make too large a fragment.
func (f *Fragment) Bound(arn string, others ...cfn.Edit) (*Result, error) {
	b, err := newBinder(f, arn)
	if err != nil {
		return nil, err
	}
	if f.Shape == ShapeBoundary {
		return &Result{Fragment: b.quotedARN}, nil
	}
	if err := b.check(others); err != nil {
		return nil, err
	}
	return b.result(others)
}

// WithoutBoundary returns what stands for the fragment in an environment without a boundary: the fragment
// unchanged, or, for [ShapeBoundary], a reference to AWS::NoValue.
func (f *Fragment) WithoutBoundary() []byte {
	if f.Shape == ShapeBoundary {
		return []byte(`{"Ref":"AWS::NoValue"}`)
	}
	return f.source
}
