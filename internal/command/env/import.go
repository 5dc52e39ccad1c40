package env

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/amplify"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

func newEnvImport(streams command.IO) *cobra.Command {
	o := &command.ExchangeOptions{Options: command.Options{IO: streams}}
	var overwrite bool
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Take the boundaries of an Amplify project's environments into the registry",
		Long: `Take PermissionsBoundaryPolicyArn of each environment in an Amplify project's
team-provider-info.json into the registry. An environment without it is skipped, and so is
a policy of another account; with --require that is an error. Where any of them disagrees
with the registry, nothing is written, unless --overwrite says that the file is right.`,
		Example: `  amplify-boundary env import
  amplify-boundary env import --amplify-dir ../shop --project shop --overwrite`,
		Args: command.NoArguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return o.Run(ctx, func(s *command.Session, info *amplify.TeamProviderInfo) error {
				return runImport(ctx, o, s, info, overwrite)
			})
		},
	}
	o.AddFlags(cmd)
	cmd.Flags().BoolVar(&overwrite, "overwrite", false, "where file and registry disagree, take the file's boundary")
	return cmd
}

// importPlan is an environment of the file with what is to become of it in the registry.
type importPlan struct {
	command.Transfer
	value  boundary.Value
	stored registry.Parameter // as it was read, where it exists
}

// runImport takes the boundaries of all environments of a file into the registry, or none.
func runImport(ctx context.Context, o *command.ExchangeOptions, s *command.Session, info *amplify.TeamProviderInfo, overwrite bool) error {
	result := command.Exchange{File: info.File, Environments: []command.Transfer{}}
	var plans []importPlan
	failed, advice := false, ""
	for _, e := range info.Environments {
		plan, err := planImport(ctx, s, e)
		if err == nil && plan.Done == "changed" && !overwrite {
			err = fmt.Errorf("the file says %s, the registry %s (SSM parameter %s)", plan.Boundary, command.Display(command.BoundaryOrEmpty(plan.stored.Value)), plan.stored.Name)
			advice = "; give --overwrite to take the file's boundaries"
		}
		if err != nil {
			s.Say("error", "environment %s: %v", e.Name, err)
			failed = true
		}
		plans = append(plans, plan)
		result.Environments = append(result.Environments, plan.Transfer)
	}
	if !o.ReportSkipped(result.Environments) || failed {
		return fmt.Errorf("nothing was imported from %s%s", info.File, advice)
	}
	for _, plan := range plans {
		if err := importBoundary(ctx, s, plan); err != nil {
			return fmt.Errorf("environment %s: %w; the environments before it in the file are imported", plan.Environment, err)
		}
	}
	return result.Print(s, "the boundaries were written to the registry")
}

// importBoundary writes what is planned for an environment.
func importBoundary(ctx context.Context, s *command.Session, plan importPlan) error {
	if plan.Done != "added" && plan.Done != "changed" {
		return nil
	}
	if plan.value.IsNone() {
		s.Say("warning", "environment %s: PermissionsBoundaryPolicyArn is empty in the file; none is recorded, which outranks a %s", plan.Environment, registry.DefaultName)
	}
	s.Inspect(ctx, plan.Environment, plan.value)
	if plan.Done == "added" {
		return s.Store.Add(ctx, s.ParameterName(plan.Environment), plan.value.String())
	}
	_, err := s.Store.Replace(ctx, plan.stored, plan.value.String())
	return err
}

// planImport decides what is to become of an environment; it writes nothing.
func planImport(ctx context.Context, s *command.Session, e amplify.Environment) (importPlan, error) {
	plan := importPlan{Transfer: command.Transfer{Environment: e.Name}}
	if !e.Bounded {
		plan.Transfer = command.Skipped(e.Name, "the file has no PermissionsBoundaryPolicyArn for it")
		return plan, nil
	}
	if err := command.ValidateEnvironment(e.Name); err != nil {
		return plan, err
	}
	value, err := command.ParseBoundary(s.Prefix, s.ParameterName(e.Name), e.Boundary)
	if err != nil {
		return plan, err
	}
	scope := s.Scope(e.Name)
	if e.Region != "" {
		scope.Region = e.Region
	}
	err = value.Check(scope)
	if other := (*boundary.AccountError)(nil); errors.As(err, &other) {
		plan.Transfer = command.Skipped(e.Name, other.Error())
		return plan, nil
	}
	if err != nil {
		return plan, err
	}
	scope.AccountID = cmp.Or(scope.AccountID, e.AccountID) // only to compare placeholders with it
	plan.value, plan.Boundary = value, value.String()
	stored, found, err := s.Store.Parameter(ctx, s.ParameterName(e.Name))
	if err != nil {
		return plan, err
	}
	plan.stored = stored
	switch {
	case !found:
		plan.Done = "added"
	case agree(stored.Value, value, scope):
		plan.Done = "unchanged"
	default:
		plan.Done = "changed"
	}
	return plan, nil
}

// agree reports whether a value in the registry is a boundary, or stands for it by placeholders.
func agree(stored string, value boundary.Value, scope boundary.Scope) bool {
	registered, err := boundary.Parse(stored)
	if err != nil || registered.IsNone() || value.IsNone() {
		return err == nil && registered == value
	}
	one, oneErr := registered.Resolve(scope)
	other, otherErr := value.Resolve(scope)
	return registered == value || oneErr == nil && otherErr == nil && one == other
}
