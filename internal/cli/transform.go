package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/expand"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/template"
	"amplify-boundary/transform"
)

type transformOptions struct {
	from        connection
	prefix      string
	environment string
	project     string
	macro       string
	existing    string
	parameters  []string
	diff        bool
}

func newTransform(streams IO) *cobra.Command {
	var o transformOptions
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
			return runTransform(cmd.Context(), streams, o, arguments[0])
		},
	}
	flags := cmd.Flags()
	o.from.flags(flags)
	o.from.accountFlag(flags)
	flags.StringVar(&o.prefix, "prefix", registry.DefaultPrefix, "`PREFIX` of the SSM parameters")
	flags.StringVar(&o.environment, "environment", "", "`NAME` of the environment, whatever the template tells")
	flags.StringVar(&o.project, "project", "", "`NAME` of the project, whatever the template tells")
	flags.StringVar(&o.macro, "macro", transform.DefaultMacro, "`NAME` of the macro, where it is another")
	flags.StringVar(&o.existing, "existing-boundary", string(transform.Replace), "`MODE`: replace, keep or reject roles' boundaries")
	flags.StringArrayVar(&o.parameters, "parameter", nil, "a template parameter's value, `KEY=VALUE`; may be repeated")
	flags.BoolVar(&o.diff, "diff", false, "print a unified diff against the same template without boundaries")
	return cmd
}

var errNoTemplate = errors.New("this is no template: it has no section Resources")

func runTransform(ctx context.Context, streams IO, o transformOptions, file string) error {
	if err := checkPrefix(o.prefix); err != nil {
		return err
	}
	settings := macro.Settings{ParameterPrefix: o.prefix, AllowNone: true}
	var err error
	if settings.Existing, err = transform.ParseExisting(o.existing); err != nil {
		return fmt.Errorf("--existing-boundary: %w", err)
	}
	for flag, name := range map[string]string{"environment": o.environment, "project": o.project} {
		if name != "" && !environment.ValidName(name) {
			return fmt.Errorf("bad name in --%s: it must be %s", flag, environment.NameRule)
		}
	}
	data, err := streams.readFile(file)
	if err != nil {
		return err
	}
	document, err := template.Read(data)
	if err != nil {
		return fmt.Errorf("%s: %w", fileName(file), err)
	}
	if document.Line("Resources") == 0 {
		return fmt.Errorf("%s: %w", fileName(file), errNoTemplate)
	}
	values, err := document.ParameterValues(o.parameters)
	if err != nil {
		return fmt.Errorf("%s: %w", fileName(file), err)
	}
	source, err := o.from.source(ctx, "")
	if err != nil {
		return err
	}
	region, accountID, err := o.from.scope(ctx, streams.Getenv)
	if err != nil {
		return err
	}

	var outcomes []macro.Outcome
	bounded, declared, err := expand.Template(document.JSON(), o.macro, func(fragment []byte, parameters map[string]jsontext.Value) ([]byte, error) {
		outcome, err := macro.Transform(ctx, settings, source, macro.Request{
			Region:    region,
			AccountID: accountID,
			Macro:     o.macro,
			Fragment:  fragment,
			Template:  environment.Template{TransformParameters: overridden(parameters, o.environment, o.project), ParameterValues: values},
		})
		outcomes = append(outcomes, outcome)
		return outcome.Fragment, err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", fileName(file), err)
	}
	if !declared {
		streams.say("warning", "%s does not declare the transform %s; this is what it would become if it did", fileName(file), o.macro)
	}
	for _, outcome := range outcomes {
		streams.report(outcome)
	}
	if !o.diff {
		_, err = fmt.Fprintf(streams.Out, "%s\n", bytes.TrimRight(bounded, "\r\n"))
		return err
	}
	plain, _, err := expand.Template(document.JSON(), o.macro, func(fragment []byte, _ map[string]jsontext.Value) ([]byte, error) {
		parsed, err := transform.Parse(fragment, transform.Options{})
		if err != nil {
			return nil, err
		}
		return parsed.Unbounded(), nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", fileName(file), err)
	}
	before, err := indented(plain)
	if err != nil {
		return err
	}
	after, err := indented(bounded)
	if err != nil {
		return err
	}
	_, err = io.WriteString(streams.Out, udiff.Unified("without boundaries", "with boundaries", before, after))
	return err
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
func (s IO) report(o macro.Outcome) {
	if o.Entry.Fallback {
		s.say("warning", "the fall-back %s answers for environment %s", o.Entry.Name, o.Environment.Name)
	}
	if o.Entry.Value.IsNone() {
		s.say("", "environment %s has no boundary (SSM parameter %s)", o.Environment.Name, o.Entry.Name)
	}
	if o.Shape == transform.ShapeBoundary && o.ARN != "" {
		s.say("", "bounded %s", label(transform.Resource{}))
	}
	for _, list := range []struct {
		done      string
		resources []transform.Resource
	}{
		{"bounded", o.Bounded.Added},
		{"replaced the boundary of", o.Bounded.Replaced},
		{"kept the boundary of", o.Bounded.Kept},
	} {
		for _, r := range list.resources {
			s.say("", "%s %s", list.done, label(r))
		}
	}
	for _, r := range o.OutOfSight {
		s.say("warning", "%s may make roles, which no macro sees", label(r))
	}
}

func label(r transform.Resource) string {
	switch {
	case r.LogicalID == "" && r.Type == "":
		return "the role"
	case r.LogicalID == "":
		return "the resource (" + r.Type + ")"
	default:
		return r.LogicalID + " (" + r.Type + ")"
	}
}

func indented(text []byte) (string, error) {
	value := jsontext.Value(bytes.Clone(text))
	err := value.Indent(jsontext.WithIndent("  "))
	return string(value) + "\n", err
}
