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

// processesNestedStacks reports whether a fragment has nested stacks that the settings ask to process.
func (s Settings) processesNestedStacks(f *transform.Fragment) bool {
	return s.NestedStacks != nested.Ignore && s.NestedStacks != "" && len(f.NestedStacks) > 0
}

var errNoTemplates = errors.New("the templates of nested stacks cannot be read here; set NESTED_STACKS to ignore")

// processNestedStacks processes the nested stacks of a fragment as the settings ask, after it has checked that the
// fragment can be bounded with the result's ARN. It returns the edits that point TemplateURL at copies. With [Report], it
// reads and writes nothing.
func (o *Result) processNestedStacks(ctx context.Context, settings Settings, templates nested.Store, request Request, f *transform.Fragment) ([]cfn.Edit, error) {
	if !settings.processesNestedStacks(f) {
		return nil, nil
	}
	if err := f.Check(o.ARN); err != nil || settings.Mode == Report {
		return nil, err
	}
	if templates == nil {
		return nil, errNoTemplates
	}
	processed, edits, err := nested.Process(ctx, templates, nested.Request{
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
	o.NestedTemplates = processed
	return edits, err
}
