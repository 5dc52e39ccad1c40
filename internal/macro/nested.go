package macro

import (
	"context"
	"errors"
	"fmt"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/intrinsic"
	"amplify-boundary/internal/nested"
	"amplify-boundary/transform"
)

// seesTo reports whether the settings ask for something to be done about the nested stacks of a fragment,
// and it has any.
func (s Settings) seesTo(f *transform.Fragment) bool {
	return s.NestedStacks != nested.Ignore && s.NestedStacks != "" && len(f.NestedStacks) > 0
}

var errNoTemplates = errors.New("the templates of nested stacks cannot be read here; set NESTED_STACKS to ignore")

// seeToNestedStacks does what the settings ask about the nested stacks of a fragment that can be bounded
// with the ARN of the result. It returns the edits that lead to the copies of templates. A macro that
// reports reads and writes nothing.
func (o *Result) seeToNestedStacks(ctx context.Context, settings Settings, templates nested.Store, request Request, f *transform.Fragment) ([]cfn.Edit, error) {
	if !settings.seesTo(f) {
		return nil, nil
	}
	if err := f.Check(o.ARN); err != nil || settings.Mode == Report {
		return nil, err
	}
	if templates == nil {
		return nil, errNoTemplates
	}
	seen, edits, err := nested.Process(ctx, templates, nested.Request{
		Mode:        settings.NestedStacks,
		Declaration: declare.Macro{Name: request.Macro, Environment: o.Environment.Name, Project: o.Environment.Project},
		AccountID:   request.AccountID,
		Boundary:    o.ARN,
		Rules:       fmt.Sprintf("existing=%s users=%t", settings.Existing, settings.BoundUsers),
		Context: intrinsic.Context{
			ParameterValues: request.Template.ParameterValues,
			Region:          request.Region,
			AccountID:       request.AccountID,
		},
		Stacks: f.Stacks(),
	})
	o.NestedTemplates = seen
	return edits, err
}
