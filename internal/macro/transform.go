package macro

import (
	"context"
	"errors"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/registry"
	"amplify-boundary/transform"
)

// Result is the outcome for a fragment. With an error, it has what was known before the error.
type Result struct {
	transform.Result // with an error, without a Fragment

	Shape          transform.Shape
	NestedStacks   []transform.Resource
	OutOfSight     []transform.Resource
	UnboundedUsers []transform.Resource

	NestedTemplates []nested.ProcessedStack // what was done with the nested stacks, if they were processed

	Environment environment.Environment

	// NoEnvironmentNeeded reports whether no environment is named, and none is needed because there is nothing to
	// bound.
	NoEnvironmentNeeded bool

	Entry registry.Entry // the registry's entry with the boundary
	ARN   string         // the boundary on each role; empty for none
}

// Transform looks up the boundary for a request, as [Lookup] does, and sets it on every role of the fragment. It processes
// the nested stacks as the settings ask; the templates can be nil if the settings ignore them. No result is kept for the
// next request.
func Transform(ctx context.Context, settings Settings, source registry.Source, templates nested.Store, request Request) (Result, error) {
	var o Result
	fragment, err := request.parse(settings)
	if err != nil {
		return o, err
	}
	o.Shape = fragment.Shape
	o.NestedStacks, o.OutOfSight, o.UnboundedUsers = fragment.NestedStacks, fragment.OutOfSight, fragment.UnboundedUsers
	if !settings.processesNestedStacks(fragment) && fragment.NothingToBound() {
		if _, err := environment.Find(request.Template, settings.Environment); errors.Is(err, environment.ErrNoEnvironment) {
			o.NoEnvironmentNeeded = true
			o.Fragment = cfn.Pieces{fragment.WithoutBoundary()}
			return o, nil
		}
	}
	if o.Environment, o.Entry, err = Lookup(ctx, source, settings, request.Template, request.AccountID); err != nil {
		return o, err
	}
	if o.Entry.Value.IsNone() {
		if !settings.AllowNone {
			return o, settings.refuseNone(o.Entry)
		}
		o.Fragment = cfn.Pieces{fragment.WithoutBoundary()}
		return o, nil
	}
	scope := o.Environment.Scope(request.AccountID, request.Region)
	scope.Portable = request.Portable
	if o.ARN, err = o.Entry.Resolve(scope); err != nil {
		return o, err
	}
	err = o.bound(ctx, settings, templates, request, fragment)
	if size := (*transform.SizeError)(nil); errors.As(err, &size) {
		return o, tooLarge(size)
	}
	return o, err
}

// options are the transform's options, as far as they are known before a request is read.
func (s Settings) options() transform.Options {
	return transform.Options{Existing: s.Existing, Users: s.BoundUsers}
}

// parse returns the fragment, which was parsed with the request unless a command made the request.
func (r Request) parse(settings Settings) (*transform.Fragment, error) {
	options := settings.options()
	options.Macro, options.ParameterValues = r.Macro, r.Template.ParameterValues
	options.Limit = fragmentLimit(r.ID)
	fragment, err := r.parsed, r.parsedErr
	if fragment == nil && err == nil {
		fragment, err = transform.Parse(r.Fragment, options)
	}
	if shape := (*transform.ShapeError)(nil); errors.As(err, &shape) {
		shape.Macro = r.Macro
	}
	if err != nil {
		return nil, err
	}
	fragment.Options = options
	return fragment, nil
}

// bound processes the nested stacks of a fragment, and sets the result's boundary on its roles.
func (o *Result) bound(ctx context.Context, settings Settings, templates nested.Store, request Request, fragment *transform.Fragment) error {
	edits, err := o.processNestedStacks(ctx, settings, templates, request, fragment)
	if err != nil {
		return err
	}
	bounded, err := fragment.Bound(o.ARN, edits...)
	if err != nil {
		return err
	}
	o.Result = *bounded
	return nil
}
