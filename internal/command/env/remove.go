package env

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// removal is the result of env remove.
type removal struct {
	command.Entry
	Next string `json:"next"` // the SSM parameter that answers from now on; empty: the macro refuses the environment

	Accounts []string `json:"accounts"` // the IDs of the accounts that are fixed to the environment, whatever the project
}

func newEnvRemove(streams command.IO) *cobra.Command {
	o := &command.Options{IO: streams}
	cmd := &cobra.Command{
		Use:   "remove NAME",
		Short: "Remove an environment's own boundary",
		Long: `Remove the SSM parameter of an environment, and say what that means for its stacks: they
are refused, or get the boundary of a fall-back; and which accounts are fixed to it, and
stay so. It asks first, unless --yes is given.

To leave an environment without a boundary instead, update it with
--permissions-boundary none.`,
		Example: `  amplify-boundary env remove test
  amplify-boundary env remove _default --project bookshop --yes`,
		Args:              command.OneArgument("NAME"),
		ValidArgsFunction: o.CompleteEnvironment,
		RunE: func(cmd *cobra.Command, arguments []string) error {
			name := arguments[0]
			if err := command.ValidateParameterName(name); err != nil {
				return err
			}
			ctx := cmd.Context()
			a := command.Listing // what is removed holds nowhere, so the account matters only where one is named
			if o.AccountID != "" {
				a = command.Writing
			}
			return o.Run(ctx, a, func(s *command.Session) error { return runRemove(ctx, s, name) })
		},
	}
	o.AddFlags(cmd)
	o.AddYesFlag(cmd)
	return cmd
}

// runRemove removes the SSM parameter of an environment, once it is certain that this is wanted.
func runRemove(ctx context.Context, s *command.Session, name string) error {
	stored, err := s.Existing(ctx, name)
	if err != nil {
		return err
	}
	next, err := successor(ctx, s, name)
	if err != nil {
		return err
	}
	accounts := s.FixedAccounts(ctx, name)
	removed := removal{command.Entry{Environment: name, Project: s.Project, Parameter: stored.Name, Boundary: command.BoundaryOrEmpty(stored.Value)}, next.Name, accounts}
	consequence := consequence(removed, next) + consequenceForAccounts(s, accounts)
	if err := confirmRemoval(ctx, s, removed, consequence); err != nil {
		return err
	}
	if err := s.Store.Remove(ctx, stored); err != nil {
		return err
	}
	line := fmt.Sprintf("removed environment %s: %s (SSM parameter %s)", name, command.Display(removed.Boundary), stored.Name)
	if err := s.PrintWritten(fmt.Sprintf("SSM parameter %s was removed", stored.Name), removed, line); err != nil {
		return err
	}
	if s.Yes {
		s.Say("hint", "%s", consequence)
	}
	return nil
}

// confirmRemoval asks whether to remove an environment, unless --yes says so.
func confirmRemoval(ctx context.Context, s *command.Session, removed removal, consequence string) error {
	return s.Confirm(ctx, consequence, "give --yes to remove SSM parameter "+removed.Parameter,
		fmt.Sprintf("Remove SSM parameter %s, %s?", removed.Parameter, command.Display(removed.Boundary)), "nothing was removed")
}

// consequence says what becomes of the stacks of a removed environment.
func consequence(removed removal, next registry.Parameter) string {
	whose := "environment " + removed.Environment
	if removed.Environment == registry.DefaultName {
		whose = "environments without a boundary of their own"
	}
	if removed.Project != "" {
		whose += " in project " + removed.Project
	}
	fate := "will be refused"
	switch given := command.BoundaryOrEmpty(next.Value); {
	case next.Name == "":
	case given == "":
		fate += fmt.Sprintf(" (SSM parameter %s holds no boundary)", next.Name)
	case given == boundary.None.String():
		fate = fmt.Sprintf("will have no boundary (SSM parameter %s says none)", next.Name)
	default:
		fate = fmt.Sprintf("will get %s (SSM parameter %s)", given, next.Name)
	}
	return fmt.Sprintf("stacks of %s %s when they are next deployed", whose, fate)
}

// consequenceForAccounts says which accounts stay fixed to a removed environment, and how to change that.
func consequenceForAccounts(s *command.Session, ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	which := ids[0]
	if len(ids) > 1 {
		which = "ID"
	}
	return fmt.Sprintf("; %s fixed to the environment: fix it to another with: %s, or to none with: %s", command.IsOrAre(ids),
		s.AccountCommand("set", which, "ENVIRONMENT"), s.AccountCommand("remove", which))
}

// successor returns the SSM parameter that answers for an environment once its own is gone; it is empty where
// none does.
func successor(ctx context.Context, s *command.Session, name string) (registry.Parameter, error) {
	chain := registry.Names(s.Prefix, s.InProject(name))[1:]
	if len(chain) == 0 {
		return registry.Parameter{}, nil
	}
	values, err := s.Store.Values(ctx, chain)
	if err != nil {
		return registry.Parameter{}, err
	}
	for _, n := range chain {
		if value, exists := values[n]; exists {
			return registry.Parameter{Name: n, Value: value}, nil
		}
	}
	return registry.Parameter{}, nil
}
