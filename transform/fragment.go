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
	"cmp"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/rawjson"
)

// DefaultMacro is the name under which templates declare the macro, unless its operator chose another.
const DefaultMacro = "AmplifyBoundary"

// Options are the operator's choices. The zero value replaces existing boundaries and leaves users alone.
type Options struct {
	Macro    string       // the macro's name in messages; empty is [DefaultMacro]
	Existing ExistingMode // empty is [Replace]
	Users    bool         // bound AWS::IAM::User too
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
	faults     []Fault
}

// Result is a fragment whose every role carries a boundary.
type Result struct {
	// Fragment is a JSON value: the input with the boundary on each role, or, for [ShapeBoundary], the
	// ARN as a string.
	Fragment []byte

	Added    Resources // had no boundary, or an absent one under some condition
	Replaced Resources // had another boundary
	Kept     Resources // keep another boundary, under [Keep]
	Same     Resources // had this boundary already; untouched
}

// Parse reads a fragment and finds its shape. The error is a [*rawjson.Error] or a [*ShapeError]; faults
// of single resources are left to [Fragment.Bound], since an environment without a boundary has none.
// The fragment must not change while the result is used.
func Parse(fragment []byte, options Options) (*Fragment, error) {
	options.Macro = cmp.Or(options.Macro, DefaultMacro)
	options.Existing = cmp.Or(options.Existing, Replace)
	p := parser{&Fragment{source: fragment, options: options}, new(jsontext.Decoder)}
	if err := p.fragment(); err != nil {
		return nil, err
	}
	return p.Fragment, nil
}

// Bound returns the fragment with the boundary arn on every role. It fails with a [*FaultsError] where
// a role could be left without it.
func (f *Fragment) Bound(arn string) (*Result, error) {
	quotedARN, err := jsontext.AppendQuote(nil, arn)
	if err != nil {
		return nil, err
	}
	if f.Shape == ShapeBoundary {
		return &Result{Fragment: quotedARN}, nil
	}
	b := &Result{}
	faults := slices.Clone(f.faults)
	var edits []rawjson.Edit
	for _, p := range f.principals {
		var done outcome
		edits, done = p.bound(f.source, arn, quotedARN, f.options.Existing, edits)
		switch done {
		case added:
			b.Added.add(p.Resource)
		case replaced:
			b.Replaced.add(p.Resource)
		case kept:
			b.Kept.add(p.Resource)
		case same:
			b.Same.add(p.Resource)
		case rejected:
			faults = append(faults, Fault{p.Resource, ExistingBoundary})
		}
	}
	if len(faults) > 0 {
		return nil, &FaultsError{Faults: sorted(faults), Macro: f.options.Macro}
	}
	b.Fragment = rawjson.Apply(f.source, edits)
	return b, nil
}

// WithoutBoundary returns what stands for the fragment in an environment without a boundary: the fragment
// unchanged, or, for [ShapeBoundary], a reference to AWS::NoValue.
func (f *Fragment) WithoutBoundary() []byte {
	if f.Shape == ShapeBoundary {
		return []byte(`{"Ref":"AWS::NoValue"}`)
	}
	return f.source
}
