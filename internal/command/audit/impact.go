package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/assess"
	"amplify-boundary/internal/findings"
	"amplify-boundary/internal/impact"
)

type impactFlags struct {
	assess.Scope
	question assess.Question
	boundary string // empty: that of each environment
	output   string
	all      bool
}

func newImpact(io command.IO) *cobra.Command {
	o := &impactFlags{Scope: assess.NewScope(io)}
	cmd := &cobra.Command{
		Use:   "impact --environment NAME...",
		Short: "Show what a boundary would take away from deployed roles",
		Long: `An action that was used is lost if the boundary denies it, kept if the boundary
allows it, depends if the resource or the request decides, and unknown if a call
failed. By default, each role is judged by its environment's boundary. Roles of
no stack, and those that exceptions leave out, are not judged. "policy auditor"
prints the permissions that this needs. The exit code is 1 if something is
unknown, otherwise 3 if anything is lost.`,
		Example: "  amplify-boundary impact --environment dev --policy boundary.json",
		Args:    command.NoArguments(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context(), cmd) },
	}
	o.Scope.AddTo(cmd)
	flags := cmd.Flags()
	flags.StringArrayVar(&o.question.Environments, "environment", nil, "`NAME` of the environment; can be repeated")
	command.CompleteFlag(cmd, "environment", o.Registry.CompleteEnvironmentFlag)
	command.AddNonEmpty(cmd, &o.boundary, "permissions-boundary", "the policy's `ARN`, or none (default: each environment's own)")
	command.AddNonEmpty(cmd, &o.question.File, "policy", "`FILE` with the policy instead; - is standard input")
	cmd.MarkFlagsMutuallyExclusive("permissions-boundary", "policy")
	flags.StringArrayVar(&o.question.Roles, "role", nil, "`NAME` of a role; can be repeated (default: all)")
	flags.IntVar(&o.question.Days, "days", assess.DefaultDays, "how many `DAYS` of use count, 1 to 400")
	flags.BoolVar(&o.all, "all", false, "list the kept uses too")
	command.AddOutputFlag(cmd, &o.output, "text", "json", "csv")
	return cmd
}

func (o *impactFlags) run(ctx context.Context, cmd *cobra.Command) error {
	if len(o.question.Environments) == 0 {
		return command.Usage(cmd, errors.New("--environment is required"))
	}
	for _, name := range o.question.Environments {
		if err := command.ValidateName("--environment", name); err != nil {
			return err
		}
	}
	if o.question.Days < 1 || o.question.Days > 400 {
		return fmt.Errorf("--days is %d; it must be 1 to 400, as far back as IAM knows", o.question.Days)
	}
	switch {
	case o.boundary != "":
		value, err := boundary.Parse(o.boundary)
		if err != nil {
			return fmt.Errorf("--permissions-boundary is %w", err)
		}
		o.question.Boundary = &value
	case o.question.File != "":
		text, err := o.IO.ReadFile(ctx, o.question.File)
		if err != nil {
			return err
		}
		o.question.File = command.FileName(o.question.File)
		if o.question.Policy, err = impact.ReadPolicy(text); err != nil {
			return fmt.Errorf("%s: %w", o.question.File, err)
		}
	}
	report, err := o.Impact(ctx, o.question)
	if err != nil {
		return err
	}
	if !o.all {
		report.Uses = slices.DeleteFunc(report.Uses, func(u impact.Use) bool { return u.Result == impact.Kept })
	}
	if err := o.write(report); err != nil {
		return err
	}
	o.Explain(report)
	if o.output != command.TextForm {
		o.IO.Say("", "%s", assess.Summary(report))
	}
	return assess.Result(report)
}

func (o *impactFlags) write(report impact.Report) error {
	if o.output != "csv" {
		const width = 100
		lines := assess.Lines(report, width)
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		return o.IO.Print(o.output, report, append(lines, assess.Summary(report))...)
	}
	// The names of the members in JSON.
	header := []string{"account", "role", "arn", "stack", "region", "environment", "boundary", "action", "lastUsed", "result", "statement", "message"}
	var rows [][]string
	for _, u := range report.Uses {
		rows = append(rows, []string{u.Account, u.Role, u.ARN, u.Stack, u.Region, u.Environment, u.Boundary, u.Action, u.LastUsed, string(u.Result), u.Statement, u.Message})
	}
	return findings.WriteCSV(o.IO.Out, header, rows)
}
