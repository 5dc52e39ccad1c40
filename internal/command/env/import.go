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
	"amplify-boundary/internal/command/exchange"
	"amplify-boundary/internal/registry"
)

func newImport(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import",
		Short: "Copy the boundaries of an Amplify project's environments into the registry",
		Long: `Copy PermissionsBoundaryPolicyArn of each environment in an Amplify project's
team-provider-info.json into the registry. An environment without it is skipped, and so is
a policy of another account; with --require that is an error. If any of them differs from
the registry, nothing is written, unless --overwrite is given.`,
		Example: `  amplify-boundary env import
  amplify-boundary env import --amplify-dir ../shop --project shop --overwrite`,
		Args: command.NoArguments(),
	}
	flags := newExchangeFlags(io, cmd)
	command.Writes(cmd)
	var overwrite bool
	cmd.Flags().BoolVar(&overwrite, "overwrite", false, "if file and registry differ, use the file's boundary")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return runImport(cmd.Context(), flags, overwrite) }
	return cmd
}

// importPlan is an environment of the file, and what to do with it in the registry.
type importPlan struct {
	exchange.Transfer
	value  boundary.Value
	stored *registry.Parameter // as it was read; nil: it does not exist
}

// runImport writes the boundaries of all environments of a file to the registry, or none.
func runImport(ctx context.Context, flags *exchangeFlags, overwrite bool) error {
	s, info, err := flags.open(ctx)
	if err != nil {
		return err
	}
	stored, err := readStored(ctx, s, info)
	if err != nil {
		return err
	}
	result := exchange.Result{File: info.File, Environments: []exchange.Transfer{}}
	var plans []importPlan
	failed, advice := false, ""
	for _, e := range info.Environments {
		plan, err := planImport(s, e, stored)
		if err == nil && plan.Done == exchange.Changed && !overwrite {
			err = fmt.Errorf("the file says %s, the registry %s (SSM parameter %s)", plan.Boundary, command.Display(command.BoundaryOrEmpty(plan.stored.Value)), plan.stored.Name)
			advice = "; give --overwrite to use the file's boundaries"
		}
		if err != nil {
			s.Say("error", "environment %s: %v", e.Name, err)
			failed = true
		}
		plans = append(plans, plan)
		result.Environments = append(result.Environments, plan.Transfer)
	}
	if !result.SaySkipped(s.IO, flags.require) || failed {
		return fmt.Errorf("nothing was imported from %s%s", info.File, advice)
	}
	if err := writePlans(ctx, s, plans); err != nil {
		return err
	}
	return printExchange(s, result, "the boundaries were written to the registry")
}

// readStored reads the SSM parameters of a file's environments, by name.
func readStored(ctx context.Context, s *command.Session, info *amplify.TeamProviderInfo) (map[string]registry.Parameter, error) {
	flags := s.Flags.Registry
	parameters, err := s.Store.List(ctx, registry.Path(flags.Prefix, flags.Project))
	stored := make(map[string]registry.Parameter, len(parameters))
	for _, p := range parameters {
		stored[p.Name] = p
	}
	return stored, err
}

// planImport decides what to do with an environment.
func planImport(s *command.Session, e amplify.Environment, stored map[string]registry.Parameter) (importPlan, error) {
	plan := importPlan{Transfer: exchange.Transfer{Environment: e.Name}}
	if !e.Bounded {
		plan.Transfer = exchange.Skipped(e.Name, "the file has no PermissionsBoundaryPolicyArn for it")
		return plan, nil
	}
	if err := command.ValidateEnvironment(e.Name); err != nil {
		return plan, err
	}
	value, err := parseFor(s, e.Name, e.Boundary)
	if err != nil {
		return plan, err
	}
	where := scope(s, e.Name)
	where.Region = cmp.Or(e.Region, where.Region)
	err = value.Check(where)
	if other := (*boundary.AccountError)(nil); errors.As(err, &other) {
		plan.Transfer = exchange.Skipped(e.Name, other.Error())
		return plan, nil
	}
	if err != nil {
		return plan, err
	}
	where.AccountID = cmp.Or(where.AccountID, e.AccountID) // only to compare placeholders with it
	plan.value, plan.Boundary = value, value.String()
	before, found := stored[s.Flags.Registry.ParameterName(e.Name)]
	switch {
	case !found:
		plan.Done = exchange.Added
	case agree(before.Value, value, where):
		plan.Done = exchange.Unchanged
	default:
		plan.Done, plan.stored = exchange.Changed, &before
	}
	return plan, nil
}

// agree reports whether a value of the registry is a boundary, or its placeholders resolve to it.
func agree(stored string, value boundary.Value, scope boundary.Scope) bool {
	registered, err := boundary.Parse(stored)
	if err != nil || registered.IsNone() || value.IsNone() {
		return err == nil && registered == value
	}
	one, oneErr := registered.Resolve(scope)
	other, otherErr := value.Resolve(scope)
	return registered == value || oneErr == nil && otherErr == nil && one == other
}

// writePlans writes the boundaries that are new or changed.
func writePlans(ctx context.Context, s *command.Session, plans []importPlan) error {
	var writes []registry.Write
	for _, plan := range plans {
		if plan.Done != exchange.Added && plan.Done != exchange.Changed {
			continue
		}
		if plan.value.IsNone() {
			s.Say("warning", "environment %s: PermissionsBoundaryPolicyArn is empty in the file; none is written, which takes precedence over a %s", plan.Environment, registry.DefaultName)
		}
		inspect(ctx, s, plan.Environment, plan.value)
		writes = append(writes, registry.Write{Name: s.Flags.Registry.ParameterName(plan.Environment), Value: plan.value.String(), Read: plan.stored})
	}
	return s.WriteAll(ctx, writes, "environments")
}
