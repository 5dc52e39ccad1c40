// Package audit has the commands that compare deployed roles with the registry, and enforce it: audit, impact, report, policy, and guard.
package audit

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/assess"
)

// Commands returns the family's commands.
func Commands(io command.IO) []*cobra.Command {
	return []*cobra.Command{newAudit(io), newImpact(io), newReport(io), newPolicy(io), newGuard(io)}
}

type auditFlags struct {
	assess.Scope
	output      string
	environment string
	all         bool
}

func (o *auditFlags) addAuditFlags(cmd *cobra.Command) {
	o.Scope.AddTo(cmd)
	flags := cmd.Flags()
	flags.StringVar(&o.environment, "environment", "", "only roles in stacks of the environment `NAME`")
	command.CompleteFlag(cmd, "environment", o.Registry.CompleteEnvironmentFlag)
	flags.BoolVar(&o.all, "all", false, "list the right and the excepted roles too")
}

func newAudit(io command.IO) *cobra.Command {
	o := &auditFlags{Scope: assess.NewScope(io)}
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Compare the boundaries of deployed roles with the registry",
		Long: `A role is missing (it has no boundary), different (not its environment's), stale
(an earlier one: deploy again), extra (its environment has none), unknown (its
environment is not known), or excepted (by an exception). Of the macro's
settings, ENVIRONMENT, PROJECT, and DEFAULT_ENVIRONMENT are read. "policy
auditor" prints the permissions that this needs. The exit code is 1 if a call
failed, otherwise 3 if there are findings.`,
		Example: "  amplify-boundary audit --environment prod",
		Args:    command.NoArguments(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return o.runAudit(cmd.Context()) },
	}
	o.addAuditFlags(cmd)
	command.AddOutputFlag(cmd, &o.output, "text", "json", "sarif", "csv")
	return cmd
}

// runAudit audits the account, prints the result, and says on standard error what that leaves open.
func (o *auditFlags) runAudit(ctx context.Context) error {
	report, err := o.audit(ctx)
	if err != nil {
		return err
	}
	if err := o.write(report); err != nil {
		return err
	}
	for _, w := range report.Warnings {
		o.IO.Say("warning", "%s", w)
	}
	for _, e := range report.Errors {
		o.IO.Say("error", "%s", e)
	}
	if o.output != "text" {
		o.IO.Say("", "%s", summary(report))
	}
	if o.Registry.Profile != "" && report.Totals.Findings > 0 {
		o.IO.Say("hint", "the commands that repair roles are for profile %s: set AWS_PROFILE to it first", o.Registry.Profile)
	}
	isOutside := func(r audit.Role) bool { return r.Location == audit.Outside && r.Kind.IsFinding() }
	if len(o.Regions) == 0 && slices.ContainsFunc(report.Roles, isOutside) {
		o.IO.Say("hint", "only the stacks of %s were read; --regions %s also finds the roles of other regions' stacks",
			strings.Join(report.Scope.Regions, ", "), assess.AllRegions)
	}
	switch {
	case len(report.Errors) > 0:
		return command.ErrFailed
	case report.Totals.Findings > 0:
		return command.ErrFindings
	default:
		return nil
	}
}

func (o *auditFlags) audit(ctx context.Context) (audit.Report, error) {
	if err := command.ValidateOptionalName("--environment", o.environment); err != nil {
		return audit.Report{}, err
	}
	return o.Audit(ctx, audit.Options{Environment: o.environment, All: o.all})
}
