// Package check has the command check: it finds the roles in templates that would be deployed without their
// boundary.
package check

import (
	"context"
	"sync"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/files"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/findings"
	"amplify-boundary/internal/nested"
)

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
		Long: `A template that declares the macro last has no findings, unless the macro would
refuse it; in any other, each role must carry the boundary literally. In a
directory, the *.template, *.json, *.yaml, and *.yml files with Resources are
checked, and local templates of nested stacks with them. The exit code is 1 if a
file cannot be checked, otherwise 3 if there are findings.`,
		Example: `  amplify-boundary check examples/cloudformation --environment dev \
    --registry events/boundaries.json`,
		Args: func(cmd *cobra.Command, arguments []string) error {
			return files.ValidateArguments(cmd, arguments, o.exclude)
		},
		RunE: func(cmd *cobra.Command, arguments []string) error { return run(cmd.Context(), o, arguments) },
	}
	command.AddTemplateFlags(cmd, &o.registry, &o.environment, &o.macro)
	command.AddOutputFlag(cmd, &o.output, "text", "json", "sarif", "github")
	files.AddFlags(cmd, &o.exclude, &o.allowEmpty)
	cmd.Flags().BoolVar(&o.strict, "strict", false, "count only boundaries that are written in the template")
	command.AddChoice(cmd, &o.nestedStacks, "nested-stacks", "`MODE` of NESTED_STACKS", string(nested.Ignore), string(nested.Require), string(nested.Bound))
	cmd.Flags().BoolVar(&o.requireEnvironment, "require-environment", false, "report a template that names no environment as a finding")
	return cmd
}

// run prints the findings in files, in the form that --output names, and a summary for people.
func run(ctx context.Context, o *options, arguments []string) error {
	if err := command.ValidateTemplateFlags(o.registry, o.environment); err != nil {
		return err
	}
	set, err := files.Find(arguments, o.exclude)
	if err != nil {
		return err
	}
	defer set.Close()
	c := &checker{options: o, ownMacro: o.registry.OwnMacro(o.macro), lookups: make(map[environment.Environment]boundaryOf)}
	c.open = sync.OnceValues(func() (command.Lookups, error) { return o.registry.OpenLookups(ctx) })
	c.fixed = sync.OnceValues(func() (fixedAccount, error) { return c.readFixed(ctx) })
	report, err := c.checkAll(ctx, set)
	if err != nil {
		return err
	}
	switch o.output {
	case "json":
		err = findings.WriteJSON(o.io.Out, report)
	case "sarif":
		err = findings.WriteSARIF(o.io.Out, findings.Tool{Name: command.Program, Version: command.Number, Rules: rules()}, report)
	case "github":
		err = findings.WriteGitHub(o.io.Out, report)
	default:
		err = findings.WriteText(o.io.Out, report)
	}
	if err != nil {
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
