// Package audit has the commands that compare deployed roles with the registry, and enforce it: audit, impact, report, policy, and guard.
package audit

import (
	"context"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/assess"
)

// Commands returns the family's commands.
func Commands(io command.IO) []*cobra.Command {
	return []*cobra.Command{newAudit(io), newImpact(io), newReport(io), newPolicy(io), newGuard(io)}
}

// auditFlags are the flags that say what is audited.
type auditFlags struct {
	assess.Scope
	output      string
	environment string
	all         bool
}

func newAuditFlags(io command.IO) *auditFlags { return &auditFlags{Scope: assess.NewScope(io)} }

func (o *auditFlags) addAuditFlags(cmd *cobra.Command) {
	o.Scope.AddTo(cmd)
	o.Many.AddTo(cmd)
	flags := cmd.Flags()
	flags.StringVar(&o.environment, "environment", "", "only roles in stacks of the environment `NAME`")
	command.CompleteFlag(cmd, "environment", o.Registry.CompleteEnvironmentFlag)
	flags.BoolVar(&o.all, "all", false, "list the right and the excepted roles too")
}

func newAudit(io command.IO) *cobra.Command {
	o := newAuditFlags(io)
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Compare the boundaries of deployed roles with the registry",
		Long: `Compare the permissions boundary of each role in the account with the one that the registry
has for the environment of the role's stack. List the roles that differ, and print the command
that repairs each. Nothing is changed. A role is

  missing    if it has no boundary and should have one
  different  if its boundary is not its environment's
  stale      if its boundary is an earlier one of its environment: deploy it again
  extra      if it has a boundary, and its environment has none
  unknown    if its environment is not known, and its boundary is not in the registry
  excepted   if an exception leaves it out (counted; listed with --all)

Roles of AWS's own services are left out. A role of a stack in another region is shown as
outside every stack: --regions all reads all regions. With --stack-name or --environment,
roles outside are left out. Users are not searched.

The environment variables ENVIRONMENT, PROJECT, and DEFAULT_ENVIRONMENT mean the same as for
the macro's function. Its other settings are not read: what EXISTING_BOUNDARY=keep keeps is
different here, and what MODE=report leaves alone is missing. The exit code is 1 if a call
failed, so the audit is incomplete, and otherwise 3 if there are findings.

--accounts audits many accounts by a role that each of them has (member.template.yaml), with
the caller's registry. An account that cannot be read does not stop the others.`,
		Example: "  amplify-boundary audit --environment prod\n  amplify-boundary audit --regions all --output csv\n  amplify-boundary audit --accounts all",
		Args:    command.NoArguments(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return o.runAudit(cmd.Context()) },
	}
	o.addAuditFlags(cmd)
	command.AddOutputFlag(cmd, &o.output, "text", "json", "sarif", "csv")
	return cmd
}

// runAudit audits the account and prints the result.
func (o *auditFlags) runAudit(ctx context.Context) error {
	report, err := o.audit(ctx)
	if err != nil {
		return err
	}
	if err := o.write(report); err != nil {
		return err
	}
	o.explain(report)
	switch {
	case len(report.Errors) > 0:
		return command.ErrFailed
	case report.Totals.Findings > 0:
		return command.ErrFindings
	default:
		return nil
	}
}

// audit audits the account.
func (o *auditFlags) audit(ctx context.Context) (audit.Report, error) {
	if o.environment != "" {
		if err := command.ValidateName("--environment", o.environment); err != nil {
			return audit.Report{}, err
		}
	}
	return o.Audit(ctx, audit.Options{Environment: o.environment, All: o.all})
}
