// Package prove has the commands that check an installation and a boundary, and explain a denial: doctor, simulate, and
// explain.
package prove

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/doctor"
	"amplify-boundary/internal/environment"
)

// Commands returns the family's commands.
func Commands(io command.IO) []*cobra.Command {
	return []*cobra.Command{newDoctor(io), newSimulate(io), newExplain(io)}
}

type doctorFlags struct {
	io           command.IO
	registry     command.RegistryFlags
	output       string
	environments []string
	macro        string
	strict       bool
	nested       bool
	nestedBucket string
}

func newDoctor(io command.IO) *cobra.Command {
	o := &doctorFlags{io: io, registry: command.NewRegistryFlags(io)}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check that the macro works in this account and region",
		Long: `It checks credentials, registry, boundaries, the macro's stack and function,
IAM's role manager, and, for each environment, a change set with one role, which
is never executed; all that is made for it is deleted. Each line begins with ok,
warning, or fault. The exit code is 1 if there is a fault, otherwise 3 with
--strict if there is a warning. It needs what "policy doctor" and "policy
deployer" print.`,
		Example: "  amplify-boundary doctor",
		Args:    command.NoArguments(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return o.runDoctor(cmd.Context()) },
	}
	o.registry.AddTo(cmd)
	o.registry.AddRole(cmd)
	o.registry.AddPrefix(cmd)
	command.AddOutputFlag(cmd, &o.output, "text", "json")
	flags := cmd.Flags()
	o.registry.AddProject(cmd, " (default: all)")
	flags.StringArrayVar(&o.environments, "environment", nil, "`NAME` of an environment; can be repeated (default: all)")
	command.CompleteFlag(cmd, "environment", o.registry.CompleteEnvironmentFlag)
	o.macro = cfn.DefaultMacro
	command.AddNonEmpty(cmd, &o.macro, "macro", "`NAME` of the macro")
	flags.BoolVar(&o.strict, "strict", false, "exit code 3 if there are only warnings")
	flags.BoolVar(&o.nested, "nested", false, "check that nested stacks get the boundary (NestedStacks=bound)")
	command.AddNonEmpty(cmd, &o.nestedBucket, "nested-bucket", "`BUCKET` for its template, one of NestedTemplateBuckets")
	command.Writes(cmd)
	return cmd
}

func (o *doctorFlags) runDoctor(ctx context.Context) error {
	var asked []environment.Environment
	for _, name := range unique(o.environments) {
		if err := command.ValidateName("--environment", name); err != nil {
			return err
		}
		asked = append(asked, o.registry.InProject(name))
	}
	if (o.nestedBucket != "") != o.nested {
		return errors.New("--nested and --nested-bucket go together; name a bucket from which the function can read templates")
	}
	if err := o.registry.Validate(); err != nil {
		return err
	}
	settings, err := o.registry.ReadSettings()
	if err != nil {
		return err
	}
	c, err := o.registry.ConnectAWS(ctx)
	if err != nil {
		return err
	}
	region := cmp.Or(settings.ParameterRegion, c.AWS.Region)
	if o.registry.File != "" {
		region = ""
	}
	d := doctor.Doctor{AWS: c.AWS, Registry: c.Reader(region), Options: doctor.Options{
		Prefix: o.registry.Prefix, RegistryRegion: region, RegistryByRole: o.registry.Role != "", Macro: o.macro, Environments: asked, Project: o.registry.Project,
		NestedBucket: o.nestedBucket, Version: command.Number, Pause: time.Second, Command: o.registry.Command,
	}}
	var unprinted error
	if o.output == "text" {
		d.Options.Each = func(c doctor.Check) { unprinted = cmp.Or(unprinted, o.io.Print(o.output, nil, checkLine(c))) }
	}
	report, err := d.Run(ctx)
	if err != nil {
		for _, c := range report.Checks {
			if c.Check == doctor.CleanUp { // what could not be deleted
				o.io.Say("warning", "%s", c.Message)
			}
		}
		return err
	}
	if o.output == "json" {
		unprinted = o.io.Print(o.output, report)
	}
	if unprinted != nil {
		return unprinted
	}
	return o.outcome(report)
}

// outcome counts the checks, and returns the error that decides the exit code.
func (o *doctorFlags) outcome(report doctor.Diagnosis) error {
	faults, warnings := 0, 0
	for _, c := range report.Checks {
		switch c.Status {
		case doctor.Fault:
			faults++
		case doctor.Warning:
			warnings++
		}
	}
	o.io.Say("", "%s, %s, %s", command.Counted(len(report.Checks), "check"), command.Counted(faults, "fault"), command.Counted(warnings, "warning"))
	switch {
	case faults > 0:
		return command.ErrFailed
	case warnings > 0 && o.strict:
		return command.ErrFindings
	default:
		return nil
	}
}

func checkLine(c doctor.Check) string {
	subject := c.Check
	if c.Environment != "" {
		subject += " " + c.Environment
	}
	if c.Project != "" {
		subject += " (project " + c.Project + ")"
	}
	line := fmt.Sprintf("%-7s  %-18s  %s", c.Status, subject, c.Message)
	if c.Advice != "" {
		line += "; " + c.Advice
	}
	return line
}
