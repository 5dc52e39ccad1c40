// Package check has the command check: it finds the roles in templates that would be deployed without their
// boundary.
package check

import (
	"context"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/files"
	"amplify-boundary/internal/findings"
	"amplify-boundary/internal/nested"
)

// options are the flags of check.
type options struct {
	io                 command.IO
	registry           command.RegistryFlags
	output             string
	environment        string // empty: the one that the template names
	macro              string
	strict             bool
	requireEnvironment bool
	exclude            []string
	nestedStacks       string // how the function is set
	allowEmpty         bool
}

// Commands returns the family's commands.
func Commands(io command.IO) []*cobra.Command {
	return []*cobra.Command{newCheck(io)}
}

func newCheck(io command.IO) *cobra.Command {
	o := &options{io: io, registry: command.NewRegistryFlags(io)}
	cmd := &cobra.Command{
		Use:   "check FILE|DIR...",
		Short: "Find roles that would be deployed without the boundary",
		Long: `Find the roles in templates, JSON or YAML ("-" is standard input), that would be deployed
without the boundary of their environment. A template that declares the macro as its last
transform has none, unless the macro would refuse it. In any other template, each role must
carry the boundary literally. A template of an environment without a boundary has no
findings.

In a directory, the files *.template, *.json, *.yaml, and *.yml that have a Resources section
are checked, except those in hidden directories and in node_modules, and those that --exclude
names. A broken file that mentions Resources or AWS:: is an error. A pattern such as
'stacks/**/*.yaml' stands for the files that match. The template of a nested stack is checked
too if it is a local file in the same directory or below, as it is before
"aws cloudformation package", or as CDK writes it. With --nested-stacks bound, it need not
declare the macro itself if the template above does.

The environment is found as the macro finds it, from the transform's parameters and the
defaults of the template parameters, and must have a boundary, or none. --environment
stands for the value that a template parameter will have when the template is deployed. A
template whose transform parameter names another environment has a finding.

The exit code is 1 if a file cannot be checked, or if there is no template at all, otherwise
3 if there are findings. Warnings do not change it.`,
		Example: `  amplify-boundary check --environment prod .
  amplify-boundary check --output sarif 'amplify/backend/**/*-cloudformation-template.json'`,
		Args: func(cmd *cobra.Command, arguments []string) error {
			return files.ValidateArguments(cmd, arguments, o.exclude)
		},
		RunE: func(cmd *cobra.Command, arguments []string) error { return run(cmd.Context(), o, arguments) },
	}
	command.AddTemplateFlags(cmd, &o.registry, &o.environment, &o.macro)
	command.AddOutputFlag(cmd, &o.output, "text", "json", "sarif", "github")
	files.AddExcludeFlag(cmd, &o.exclude)
	cmd.Flags().BoolVar(&o.strict, "strict", false, "count only boundaries that are written in the template")
	command.AddChoice(cmd, &o.nestedStacks, "nested-stacks", "`MODE` of NESTED_STACKS", string(nested.Ignore), string(nested.Require), string(nested.Bound))
	files.AddAllowEmptyFlag(cmd, &o.allowEmpty)
	cmd.Flags().BoolVar(&o.requireEnvironment, "require-environment", false, "report a template that names no environment as a finding")
	return cmd
}

// run prints the findings in files.
func run(ctx context.Context, o *options, arguments []string) error {
	if err := command.ValidateTemplateFlags(o.registry, o.environment); err != nil {
		return err
	}
	set, err := files.Find(arguments, o.exclude)
	if err != nil {
		return err
	}
	defer set.Close()
	report, err := newChecker(ctx, o).checkAll(ctx, set)
	if err != nil {
		return err
	}
	if err := o.print(report, set); err != nil {
		return err
	}
	switch {
	case len(report.Errors) > 0:
		return command.ErrFailed
	case report.Files == 0 && !o.allowEmpty && !set.HasExcluded():
		return files.ErrEmpty
	case report.Count(findings.Error) > 0:
		return command.ErrFindings
	default:
		return nil
	}
}

// print writes the report in the form that --output names, and a summary for people.
func (o *options) print(report findings.Report, set *files.Set) error {
	if err := o.write(report); err != nil {
		return err
	}
	if o.output == "text" {
		for _, f := range report.Findings {
			if f.Severity == findings.Warning {
				o.io.Say("warning", "%s", f)
			}
		}
	}
	set.WarnSkipped(o.io)
	for _, e := range report.Errors {
		o.io.Say("error", "%s: %s", e.File, e.Message)
	}
	o.io.Say("", "%s", summary(report))
	set.HintExclude(o.io)
	return nil
}

func (o *options) write(report findings.Report) error {
	switch o.output {
	case "json":
		return findings.WriteJSON(o.io.Out, report)
	case "sarif":
		return findings.WriteSARIF(o.io.Out, findings.Tool{Name: command.Program, Version: command.Number, Rules: rules()}, report)
	case "github":
		return findings.WriteGitHub(o.io.Out, report)
	default:
		return findings.WriteText(o.io.Out, report)
	}
}
