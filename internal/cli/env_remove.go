package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/registry"
)

// removal is the result of env remove.
type removal struct {
	entry
	Next string `json:"next"` // the SSM parameter that answers from now on; empty: the macro refuses the environment

	Accounts []string `json:"accounts"` // the IDs of the accounts that are fixed to the environment, whatever the project
}

func newEnvRemove(streams IO) *cobra.Command {
	o := &options{IO: streams}
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
		Args:              oneArgument("NAME"),
		ValidArgsFunction: o.completeEnvironment,
		RunE: func(cmd *cobra.Command, arguments []string) error {
			name := arguments[0]
			if err := validateParameterName(name); err != nil {
				return err
			}
			ctx := cmd.Context()
			a := listing // what is removed holds nowhere, so the account matters only where one is named
			if o.accountID != "" {
				a = writing
			}
			return o.run(ctx, a, func(s *session) error { return runRemove(ctx, s, name) })
		},
	}
	o.addFlags(cmd)
	o.addYesFlag(cmd)
	return cmd
}

// runRemove removes the SSM parameter of an environment, once it is certain that this is wanted.
func runRemove(ctx context.Context, s *session, name string) error {
	stored, err := s.existing(ctx, name)
	if err != nil {
		return err
	}
	next, err := successor(ctx, s, name)
	if err != nil {
		return err
	}
	accounts := s.fixedAccounts(ctx, name)
	removed := removal{entry{name, s.project, stored.Name, boundaryOrEmpty(stored.Value)}, next.Name, accounts}
	consequence := consequence(removed, next) + s.consequenceForAccounts(accounts)
	if err := confirmRemoval(ctx, s, removed, consequence); err != nil {
		return err
	}
	if err := s.store.Remove(ctx, stored); err != nil {
		return err
	}
	line := fmt.Sprintf("removed environment %s: %s (SSM parameter %s)", name, display(removed.Boundary), stored.Name)
	if err := s.printWritten(fmt.Sprintf("SSM parameter %s was removed", stored.Name), removed, line); err != nil {
		return err
	}
	if s.yes {
		s.say("hint", "%s", consequence)
	}
	return nil
}

// confirmRemoval asks whether to remove an environment, unless --yes says so.
func confirmRemoval(ctx context.Context, s *session, removed removal, consequence string) error {
	return s.confirm(ctx, consequence, "give --yes to remove SSM parameter "+removed.Parameter,
		fmt.Sprintf("Remove SSM parameter %s, %s?", removed.Parameter, display(removed.Boundary)), "nothing was removed")
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
	switch given := boundaryOrEmpty(next.Value); {
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
func (s *session) consequenceForAccounts(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	which := ids[0]
	if len(ids) > 1 {
		which = "ID"
	}
	return fmt.Sprintf("; %s fixed to the environment: fix it to another with: %s, or to none with: %s", isOrAre(ids),
		s.accountCommand("set", which, "ENVIRONMENT"), s.accountCommand("remove", which))
}

// successor returns the SSM parameter that answers for an environment once its own is gone; it is empty where
// none does.
func successor(ctx context.Context, s *session, name string) (registry.Parameter, error) {
	chain := registry.Names(s.prefix, s.inProject(name))[1:]
	if len(chain) == 0 {
		return registry.Parameter{}, nil
	}
	values, err := s.store.Values(ctx, chain)
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
