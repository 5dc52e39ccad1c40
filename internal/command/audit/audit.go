package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
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

// auditOptions are the options of audit.
type auditOptions struct {
	command.Options
	stacks      []string
	regions     []string
	environment string
	old         string
	macro       string
	all         bool
}

// addAuditFlags adds the flags that say what is audited.
func (o *auditOptions) addAuditFlags(cmd *cobra.Command) {
	o.AddRegistryFlags(cmd)
	o.AddRegistryRoleFlag(cmd)
	o.AddHierarchyFlags(cmd, ", whatever the templates name")
	flags := cmd.Flags()
	flags.StringArrayVar(&o.stacks, "stack-name", nil, "`NAME` of a stack, with its nested stacks; may be repeated (default: all)")
	flags.StringSliceVar(&o.regions, "regions", nil, "`REGIONS` to read, separated by commas, or all (default: the session's)")
	flags.StringVar(&o.environment, "environment", "", "only the roles of stacks of the environment `NAME`")
	command.CompleteFlag(cmd, "environment", o.CompleteEnvironmentFlag)
	flags.StringVar(&o.old, "old", "", "only the roles that still carry the boundary `ARN`")
	flags.BoolVar(&o.all, "all", false, "show the roles that are right, too")
	flags.StringVar(&o.macro, "macro", cfn.DefaultMacro, "`NAME` of the macro, where it is another")
}

func newAudit(streams command.IO) *cobra.Command {
	o := &auditOptions{Options: command.Options{IO: streams}}
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Compare the boundaries of deployed roles with the registry",
		Long: `Compare the permissions boundary of each role of the account with what the registry wants,
by the environment of the stack that made it, and print those that differ, with the command
that repairs each. Nothing is changed. A role is

  missing    without a boundary that it should have
  different  with another boundary than its environment's
  stale      with an earlier boundary of its environment: deploy it again
  extra      with a boundary, where its environment has none
  unknown    with a boundary of nobody knows which environment

Roles that belong to AWS's services are left out. A role of a stack in another region is shown
as outside of every stack: --regions all reads every one. With --stack-name or --environment,
roles outside are left out. With --old, only the roles, those of AWS's services too, that
still carry a boundary are looked for: its policy must not be deleted before, nor while a
user carries it, which is not looked for.

The environment variables ENVIRONMENT, PROJECT and DEFAULT_ENVIRONMENT hold as for the
macro's function. Its other settings are not asked for: what EXISTING_BOUNDARY=keep keeps
is different here, and what MODE=report leaves alone is missing. The exit code is 3 where
there are findings, and 1 where a call failed, so that something is not known.`,
		Example: "  amplify-boundary audit --environment prod\n  amplify-boundary audit --regions all --output csv",
		Args:    command.NoArguments(),
		RunE:    func(cmd *cobra.Command, _ []string) error { return o.runAudit(cmd.Context()) },
	}
	o.addAuditFlags(cmd)
	o.AddOutputFlag(cmd, "text", "json", "sarif", "csv")
	return cmd
}

// runAudit audits the account and prints what was found.
func (o *auditOptions) runAudit(ctx context.Context) error {
	report, err := o.audit(ctx)
	if err != nil {
		return err
	}
	if err := o.printAudit(report); err != nil {
		return err
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

// audit audits the account.
func (o *auditOptions) audit(ctx context.Context) (audit.Report, error) {
	settings, err := o.auditSettings()
	if err != nil {
		return audit.Report{}, err
	}
	cfg, err := o.Load(ctx)
	if err != nil {
		return audit.Report{}, err
	}
	accountID, err := o.OwnAccount(ctx, cfg)
	if err != nil {
		return audit.Report{}, err
	}
	regions, err := o.auditRegions(ctx, cfg)
	if err != nil {
		return audit.Report{}, err
	}
	var source audit.Registry = registry.NewFile(o.Registry)
	if o.Registry == "" {
		hierarchy, err := o.Hierarchy(cfg)
		if err != nil {
			return audit.Report{}, err
		}
		if settings.ParameterRegion != "" {
			hierarchy.Region = settings.ParameterRegion
		}
		source = registry.NewOperatorStore(hierarchy)
	}
	return audit.New(cfg, source, regions, slices.Equal(o.regions, []string{allRegions})).Run(ctx, audit.Options{
		AccountID: accountID, Region: cfg.Region, Prefix: o.Prefix, Macro: o.macro, Settings: settings.Environment, Project: o.Project,
		Stacks: o.stacks, Environment: o.environment, Old: o.old, All: o.all, Time: time.Now(), Progress: o.Progress("stacks"),
	})
}

// auditSettings validates the options and reads the settings that decide environments.
func (o *auditOptions) auditSettings() (macro.Settings, error) {
	if o.environment != "" {
		if err := command.ValidateName("--environment", o.environment); err != nil {
			return macro.Settings{}, err
		}
	}
	if o.old != "" {
		value, err := boundary.Parse(o.old)
		if err != nil || value.IsNone() || strings.Contains(o.old, "${") {
			return macro.Settings{}, errors.New("--old is not the ARN of a policy; give it as IAM shows it")
		}
		if o.all {
			return macro.Settings{}, errors.New("--all does not go with --old, which does not say what is right; leave one out")
		}
	}
	if err := o.Validate(); err != nil {
		return macro.Settings{}, err
	}
	settings, err := macro.ReadSettings(o.Getenv)
	if err == nil && o.Prefix == registry.DefaultPrefix {
		o.Prefix = settings.ParameterPrefix
	}
	return settings, err
}

// regionsPath is where AWS publishes the regions of CloudFormation, see
// https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-global-infrastructure.html.
const regionsPath = "/aws/service/global-infrastructure/services/cloudformation/regions"

// allRegions stands for every region that the account has.
const allRegions = "all"

// auditRegions lists the regions whose stacks are read.
func (o *auditOptions) auditRegions(ctx context.Context, cfg aws.Config) ([]string, error) {
	if len(o.regions) == 0 {
		return []string{cfg.Region}, nil
	}
	if !slices.Equal(o.regions, []string{allRegions}) {
		regions := slices.Clone(o.regions)
		slices.Sort(regions)
		if slices.Contains(regions, "") || slices.Contains(regions, allRegions) {
			return nil, errors.New("--regions wants names of regions separated by commas, or all")
		}
		return slices.Compact(regions), nil
	}
	parameters, err := registry.NewPathReader(cfg, "").List(ctx, regionsPath)
	if err != nil {
		return nil, fmt.Errorf("find the regions: %w; or name them as --regions", err)
	}
	var regions []string
	for _, p := range parameters {
		isRegion := p.Name == regionsPath+"/"+p.Value // and not what lies below it, such as its endpoint
		// The regions are those of all partitions, but the account is of one.
		if isRegion && boundary.PartitionOf(p.Value) == boundary.PartitionOf(cfg.Region) {
			regions = append(regions, p.Value)
		}
	}
	if len(regions) == 0 {
		return nil, errors.New("AWS lists no regions here; name them as --regions")
	}
	return regions, nil
}
