package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/template"
	"amplify-boundary/internal/template/expand"
	"amplify-boundary/transform"
)

// transformOptions are the options of transform.
type transformOptions struct {
	templateOptions
	existing   string
	parameters []string
	diff       bool
}

func newTransform(streams IO) *cobra.Command {
	o := &transformOptions{templateOptions: templateOptions{options: options{IO: streams}}}
	cmd := &cobra.Command{
		Use:   "transform FILE",
		Short: "Print a template as CloudFormation would store it",
		Long: `Print a template ("-" is standard input), JSON or YAML, as CloudFormation would store
it: as JSON, with the boundary on every role, without the macro's declaration.

The environment is found as the macro finds it, from the transform's parameters and
the template parameters, unless --environment names it. Standard error has a line for
each role bounded or replaced. A template that declares another transform is refused.`,
		Example: "  amplify-boundary transform template.yaml --environment dev --diff",
		Args:    oneArgument("FILE"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return runTransform(cmd.Context(), o, arguments[0])
		},
	}
	o.addFlags(cmd)
	flags := cmd.Flags()
	addChoice(cmd, &o.existing, "existing-boundary", "`MODE` of existing ones", string(transform.Replace), string(transform.Keep), string(transform.Reject))
	flags.StringArrayVar(&o.parameters, "parameter", nil, "a template parameter's value, `KEY=VALUE`; may be repeated")
	flags.BoolVar(&o.diff, "diff", false, "print a unified diff against the same template without boundaries")
	return cmd
}

var errNoTemplate = errors.New("this is no template: it has no section Resources")

// runTransform prints what a template becomes.
func runTransform(ctx context.Context, o *transformOptions, file string) error {
	if err := o.validate(); err != nil {
		return err
	}
	settings := macro.Settings{ParameterPrefix: o.prefix, AllowNone: true, Existing: transform.ExistingMode(o.existing)}
	data, err := o.readFile(file)
	if err != nil {
		return err
	}
	document, err := template.Read(data)
	if err == nil && document.Line("Resources") == 0 {
		err = errNoTemplate
	}
	if err != nil {
		return o.inFile(file, err)
	}
	request := macro.Request{Macro: o.macro}
	if request.Template.ParameterValues, err = document.ParameterValues(o.parameters); err != nil {
		return o.inFile(file, err)
	}
	registered, err := o.openLookups(ctx)
	if err != nil {
		return err
	}
	request.Region, request.AccountID = registered.where.Region, registered.where.AccountID

	var outcomes []macro.Result
	bounded, declared, err := expand.Template(document.JSON(), o.macro, func(fragment []byte, parameters map[string]jsontext.Value) ([]byte, error) {
		request.Fragment = fragment
		request.Template.TransformParameters = overridden(parameters, o.environment, o.project)
		outcome, err := macro.Transform(ctx, settings, registered.source, request)
		outcomes = append(outcomes, outcome)
		return outcome.Fragment, err
	})
	if err != nil {
		return o.inFile(file, err)
	}
	if !declared {
		o.say("warning", "%s does not declare the transform %s; this is what it would become if it did", fileName(file), o.macro)
	}
	for _, outcome := range outcomes {
		o.report(outcome)
	}
	if o.diff {
		return o.printTemplateDiff(file, document.JSON(), bounded)
	}
	_, err = io.WriteString(o.Out, string(bytes.TrimRight(bounded, "\r\n"))+"\n")
	return err
}

// printTemplateDiff compares a template after the macro with what it is where no environment has a boundary.
func (o *transformOptions) printTemplateDiff(file string, template, bounded []byte) error {
	plain, _, err := expand.Template(template, o.macro, func(fragment []byte, _ map[string]jsontext.Value) ([]byte, error) {
		parsed, err := transform.Parse(fragment, transform.Options{})
		if err != nil {
			return nil, err
		}
		return parsed.WithoutBoundary(), nil
	})
	if err != nil {
		return o.inFile(file, err)
	}
	return o.printDiff("without boundaries", "with boundaries", plain, bounded)
}

// overridden returns a transform's parameters with the names that the command line gives.
func overridden(parameters map[string]jsontext.Value, environment, project string) map[string]jsontext.Value {
	result := maps.Clone(parameters)
	if result == nil {
		result = make(map[string]jsontext.Value)
	}
	for name, value := range map[string]string{"Environment": environment, "Project": project} {
		if value != "" {
			result[name], _ = jsontext.AppendQuote(nil, strings.ToValidUTF8(value, "\uFFFD"))
		}
	}
	return result
}

// report says what became of the roles of a fragment.
func (s IO) report(o macro.Result) {
	if o.Entry.Fallback {
		s.say("warning", "the fall-back %s answers for environment %s", o.Entry.Name, o.Environment.Name)
	}
	if o.Entry.Value.IsNone() {
		s.say("", "environment %s has no boundary (SSM parameter %s)", o.Environment.Name, o.Entry.Name)
	}
	if o.Shape == transform.ShapeBoundary && o.ARN != "" {
		s.say("", "bounded %s", transform.Resource{})
	}
	for _, list := range []struct {
		done      string
		resources transform.Resources
	}{
		{"bounded", o.Added},
		{"replaced the boundary of", o.Replaced},
		{"kept the boundary of", o.Kept},
	} {
		for r := range list.resources.All() {
			s.say("", "%s %s", list.done, r)
		}
	}
	for _, list := range []transform.Resources{o.NestedStacks, o.OutOfSight} {
		for r := range list.All() {
			s.say("warning", "%s may make roles, which no macro sees", r)
		}
	}
}
