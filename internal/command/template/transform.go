// Package template has the commands that read and edit templates: transform, declare, undeclare, adopt, and invoke.
package template

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/aymanbagabas/go-udiff"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/spf13/cobra"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/printable"
	"amplify-boundary/internal/shell"
	"amplify-boundary/internal/template"
	"amplify-boundary/internal/template/expand"
	"amplify-boundary/transform"
)

// Commands returns the family's commands.
func Commands(io command.IO) []*cobra.Command {
	return []*cobra.Command{newTransform(io), newDeclare(io), newUndeclare(io), newAdopt(io), newInvoke(io)}
}

type transformFlags struct {
	io          command.IO
	registry    command.RegistryFlags
	environment string // empty: the one that the template names
	macro       string
	existing    string
	parameters  []string
	diff        bool
	recursive   bool
	portable    bool
	to          string // a directory
}

func newTransform(io command.IO) *cobra.Command {
	o := &transformFlags{io: io, registry: command.NewRegistryFlags(io)}
	cmd := &cobra.Command{
		Use:   "transform FILE",
		Short: "Print a template as CloudFormation would store it",
		Long: `That is JSON, with the boundary on every role, without the macro's declaration.
The environment is found as the macro finds it, unless --environment names it. A
template that declares another transform is refused. "-" is standard input.
--portable is for service-managed StackSets, the Serverless Application
Repository, and tools whose stacks cannot declare a macro.`,
		Example: `  amplify-boundary transform examples/cloudformation/bookshop.yaml --diff \
    --registry events/boundaries.json`,
		Args: func(cmd *cobra.Command, arguments []string) error {
			if err := command.OneArgument("FILE")(cmd, arguments); err != nil {
				return err
			}
			switch {
			case o.recursive != (o.to != ""):
				return errors.New("--recursive and --to DIR go together")
			case o.recursive && o.diff:
				return errors.New("--recursive writes files, and --diff prints; give one of them")
			case o.recursive && arguments[0] == "-":
				return errors.New("--recursive needs a file: the paths of nested templates are relative to it")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, arguments []string) error {
			if err := command.ValidateTemplateFlags(o.registry, o.environment); err != nil {
				return err
			}
			if o.recursive {
				command.Writes(cmd)
				return runTransformTree(cmd.Context(), o, arguments[0])
			}
			return runTransform(cmd.Context(), o, arguments[0])
		},
	}
	command.AddTemplateFlags(cmd, &o.registry, &o.environment, &o.macro)
	flags := cmd.Flags()
	command.AddChoice(cmd, &o.existing, "existing-boundary", "`MODE` of existing ones", string(transform.Replace), string(transform.Keep), string(transform.Reject))
	flags.StringArrayVar(&o.parameters, "parameter", nil, "a template parameter's value, `KEY=VALUE`; can be repeated")
	flags.BoolVar(&o.diff, "diff", false, "print a unified diff against the same template without boundaries")
	flags.BoolVar(&o.portable, "portable", false, "write boundaries with their placeholders ${AWS::...}, as Fn::Sub")
	flags.BoolVar(&o.recursive, "recursive", false, "transform nested templates too, and write all below --to")
	command.AddNonEmpty(cmd, &o.to, "to", "`DIR` to write to, with --recursive; created if missing")
	return cmd
}

// runTransform prints what a template becomes, or how that differs from the same template without boundaries.
func runTransform(ctx context.Context, o *transformFlags, file string) error {
	section, err := o.readTemplate(ctx, file)
	if err != nil {
		return err
	}
	document := section.Document()
	values, err := document.ParameterValues(o.parameters)
	if err != nil {
		return o.registry.InFile(file, err)
	}
	registered, err := o.registry.OpenLookups(ctx)
	if err != nil {
		return err
	}
	o.warnNumbers(file, document)
	bounded, err := o.transform(ctx, registered, document, values, environment.Environment{Name: o.environment, Project: o.registry.Project})
	if err != nil {
		if slices.ContainsFunc(section.Transforms(), func(t declare.Transform) bool { return t.Name == cfn.TransformServerless }) {
			o.io.Say("hint", "to check a SAM template as it is: amplify-boundary check %s; to see what it becomes, translate it first, as docs/tools.md shows", shell.Quote(file))
		}
		return o.registry.InFile(file, err)
	}
	if o.diff {
		plain, _, err := expand.Template(document.JSON(), o.registry.OwnMacro(o.macro), func(fragment []byte, _ map[string]jsontext.Value) ([]byte, error) {
			parsed, err := transform.Parse(fragment, transform.Options{})
			if err != nil {
				return nil, err
			}
			return parsed.WithoutBoundary(), nil
		})
		if err != nil {
			return o.registry.InFile(file, err)
		}
		if err := printDiff(o.io, "without boundaries", "with boundaries", plain, bounded.template); err != nil {
			return err
		}
	} else if _, err := (printable.JSONWriter{Out: o.io.Out}).Write(bounded.template); err != nil {
		return err
	}
	if !bounded.declared && !o.portable {
		o.warnUndeclared(file)
	}
	for _, result := range bounded.results {
		report(o.io, result)
	}
	return nil
}

// warnNumbers says that numbers are not written as they are spelled.
func (o *transformFlags) warnNumbers(file string, document *template.Document) {
	if numbers := document.StringNumbers(); len(numbers) > 0 {
		o.io.Say("warning", "%s:%d: printed as strings, because JSON cannot spell them so: %s", command.FileName(file), numbers[0], command.Counted(len(numbers), "number"))
	}
}

// warnUndeclared says that CloudFormation would not have the macro bound a template.
func (o *transformFlags) warnUndeclared(file string) {
	o.io.Say("warning", "%s does not declare the transform %s; this is what it would become if it did", command.FileName(file), o.macro)
}

func (o *transformFlags) readTemplate(ctx context.Context, file string) (*declare.Section, error) {
	data, err := o.io.ReadFile(ctx, file)
	if err != nil {
		return nil, err
	}
	section, err := declare.Read(data)
	if err != nil {
		return nil, o.registry.InFile(file, err)
	}
	return section, nil
}

// transformed is a template after the macro.
type transformed struct {
	template []byte // JSON, with a line end
	declared bool   // whether it declares the macro
	results  []macro.Result
}

// transform runs the macro over a template. A given environment and project take precedence over those that the template
// names.
func (o *transformFlags) transform(ctx context.Context, registered command.Lookups, document *template.Document, values map[string]jsontext.Value,
	given environment.Environment) (t transformed, err error) {
	settings := macro.Settings{ParameterPrefix: o.registry.Prefix, AllowNone: true, Existing: transform.ExistingMode(o.existing)}
	request := macro.Request{Macro: o.macro, Region: registered.Where.Region, AccountID: registered.Where.AccountID, Portable: o.portable}
	request.Template.ParameterValues = values
	t.template, t.declared, err = expand.Template(document.JSON(), o.registry.OwnMacro(o.macro), func(fragment []byte, parameters map[string]jsontext.Value) ([]byte, error) {
		request.Fragment = fragment
		request.Template.TransformParameters = command.Overridden(parameters, given.Name, given.Project)
		result, err := macro.Transform(ctx, settings, registered.Source, nil, request)
		t.results = append(t.results, result)
		if errors.Is(err, environment.ErrNoEnvironment) {
			err = fmt.Errorf("%w, or give --environment", err)
		}
		return result.Fragment.Join(), err
	})
	t.template = append(bytes.TrimRight(t.template, "\r\n"), '\n')
	return t, err
}

// report says what was done to the roles of a fragment.
func report(s command.IO, o macro.Result) {
	if o.Entry.Fallback {
		s.Say("warning", "the fall-back %s is used for environment %s", o.Entry.Name, o.Environment.Name)
	}
	if o.Entry.Value.IsNone() {
		s.Say("", "environment %s has no boundary (SSM parameter %s)", o.Environment.Name, o.Entry.Name)
	}
	if o.Shape == transform.ShapeBoundary && o.ARN != "" {
		s.Say("", "bounded %s", transform.Resource{})
	}
	say := func(kind, format string, resources []transform.Resource) {
		for _, r := range resources {
			s.Say(kind, format, r)
		}
	}
	say("", "bounded %s", o.Added)
	say("", "replaced the boundary of %s", o.Replaced)
	say("", "kept the boundary of %s", o.Kept)
	say("warning", "%s can create roles that no macro can see", slices.Concat(o.NestedStacks, o.OutOfSight))
}

// printDiff prints a unified diff of two JSON texts, indented, under their names.
func printDiff(streams command.IO, beforeName, afterName string, before, after []byte) error {
	_, err := io.WriteString(streams.Out, udiff.Unified(beforeName, afterName, indented(before), indented(after)))
	return err
}

// indented returns a JSON text with each member on a line of its own, and safe to print. In a text with more levels than
// templates have, indentation would cost much more than the rest.
func indented(text []byte) string {
	const maxLevels = 200
	indent := "  "
	for tokens := jsontext.NewDecoder(bytes.NewReader(text)); indent != ""; {
		if _, err := tokens.ReadToken(); err != nil {
			break // the end
		}
		if tokens.StackDepth() > maxLevels {
			indent = ""
		}
	}
	value := jsontext.Value(bytes.Clone(text))
	_ = value.Indent(jsontext.WithIndent(indent)) // the macro has read or written the text
	return printable.JSON(string(value)) + "\n"
}
