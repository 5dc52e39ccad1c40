package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
)

// auditFlags are the flags that say what is audited.
type auditFlags struct {
	io          command.IO
	registry    command.RegistryFlags
	output      string
	stacks      []string
	regions     []string
	environment string
	macro       string
	all         bool
}

func newAuditFlags(io command.IO) *auditFlags {
	return &auditFlags{io: io, registry: command.NewRegistryFlags(io)}
}

func (o *auditFlags) addAuditFlags(cmd *cobra.Command) {
	o.registry.AddTo(cmd)
	o.registry.AddRole(cmd)
	o.registry.AddHierarchy(cmd, ", whatever the templates name")
	flags := cmd.Flags()
	flags.StringArrayVar(&o.stacks, "stack-name", nil, "`NAME` of a stack, with its nested stacks; can be repeated (default: all)")
	flags.StringSliceVar(&o.regions, "regions", nil, "`REGIONS` to read, separated by commas, or all (default: the session's)")
	flags.StringVar(&o.environment, "environment", "", "only roles in stacks of the environment `NAME`")
	command.CompleteFlag(cmd, "environment", o.registry.CompleteEnvironmentFlag)
	flags.BoolVar(&o.all, "all", false, "list the right and the excepted roles too")
	flags.StringVar(&o.macro, "macro", cfn.DefaultMacro, "`NAME` of the macro, if it is not the default")
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
failed, so the audit is incomplete, and otherwise 3 if there are findings.`,
		Example: "  amplify-boundary audit --environment prod\n  amplify-boundary audit --regions all --output csv",
		Args:    command.NoArguments(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return o.runAudit(cmd.Context()) },
	}
	o.addAuditFlags(cmd)
	command.AddOutputFlag(cmd, &o.output, "text", "json", "csv")
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
	settings, err := o.settings()
	if err != nil {
		return audit.Report{}, err
	}
	c, err := o.registry.ConnectAWS(ctx)
	if err != nil {
		return audit.Report{}, err
	}
	own, err := c.OwnAccount(ctx, o.io)
	if err != nil {
		return audit.Report{}, err
	}
	regions, err := o.listRegions(ctx, c.AWS)
	if err != nil {
		return audit.Report{}, err
	}
	report, err := audit.New(c.AWS, c.StoreIn(settings.ParameterRegion), regions, o.isAllRegions()).Run(ctx, audit.Options{
		AccountID: own.AccountID, Region: own.Region, Prefix: o.registry.Prefix, Macro: o.macro, Settings: settings.Environment, Project: o.registry.Project,
		Stacks: o.stacks, Environment: o.environment, All: o.all, Time: time.Now(), Progress: o.io.Progress("stacks"),
	})
	switch {
	case errors.Is(err, audit.ErrNoStack):
		err = fmt.Errorf("%w; name other regions with --regions", err)
	case errors.Is(err, audit.ErrNoEnvironment):
		err = fmt.Errorf("%w; list the environments with: %s", err, o.registry.Hint("list", ""))
	}
	return report, err
}

// settings validates the options and reads the settings that decide environments.
func (o *auditFlags) settings() (macro.Settings, error) {
	if o.environment != "" {
		if err := command.ValidateName("--environment", o.environment); err != nil {
			return macro.Settings{}, err
		}
	}
	if err := o.registry.Validate(); err != nil {
		return macro.Settings{}, err
	}
	settings, err := macro.ReadSettings(o.io.Getenv)
	if err == nil && o.registry.Prefix == registry.DefaultPrefix {
		o.registry.Prefix = settings.ParameterPrefix
	}
	return settings, err
}

// allRegions is the value of --regions for every region of the account.
const allRegions = "all"

func (o *auditFlags) isAllRegions() bool { return slices.Equal(o.regions, []string{allRegions}) }

// regionsPath is where AWS publishes the regions of CloudFormation, see
// https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-global-infrastructure.html.
const regionsPath = "/aws/service/global-infrastructure/services/cloudformation/regions"

// listRegions lists the regions whose stacks are read.
func (o *auditFlags) listRegions(ctx context.Context, cfg aws.Config) ([]string, error) {
	if len(o.regions) == 0 {
		return []string{cfg.Region}, nil
	}
	if !o.isAllRegions() {
		regions := slices.Clone(o.regions)
		slices.Sort(regions)
		if slices.Contains(regions, "") || slices.Contains(regions, allRegions) {
			return nil, errors.New("--regions must be names of regions, separated by commas, or all")
		}
		return slices.Compact(regions), nil
	}
	parameters, err := registry.NewParameterStore(cfg, "").List(ctx, regionsPath)
	if err != nil {
		return nil, fmt.Errorf("find the regions: %w; or name them with --regions", err)
	}
	var regions []string
	for _, p := range parameters {
		isRegion := p.Name == regionsPath+"/"+p.Value // not a parameter below a region, such as its endpoint
		if isRegion && boundary.PartitionOf(p.Value) == boundary.PartitionOf(cfg.Region) {
			regions = append(regions, p.Value)
		}
	}
	if len(regions) == 0 {
		return nil, errors.New("AWS lists no regions here; name them with --regions")
	}
	return regions, nil
}
