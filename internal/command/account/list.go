package account

import (
	"context"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

type list struct {
	Accounts []command.FixedAccount `json:"accounts"` // by ID
}

func newList(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the accounts that are fixed to an environment",
		Long: `Warnings name those whose environment does not exist, and malformed entries of
the registry, never their values.`,
		Example: "  amplify-boundary account list --registry events/boundaries.json",
		Args:    command.NoArguments(),
	}
	flags := newFlags(io, cmd)
	flags.Registry.AddRole(cmd)
	cmd.RunE = flags.Run(command.Listing, func(ctx context.Context, s *command.Session) error {
		prefix := flags.Registry.Prefix
		parameters, err := s.Store.List(ctx, prefix)
		if err != nil {
			return err
		}
		result := list{command.FixedAccounts(prefix, parameters)}
		rows := [][]string{{"ACCOUNT", "ENVIRONMENT"}}
		for _, f := range result.Accounts {
			rows = append(rows, []string{f.Account, f.Display()})
		}
		if err := s.Print(result, command.Columns(rows)...); err != nil {
			return err
		}
		if len(result.Accounts) == 0 {
			s.Say("hint", "no account is fixed to an environment; fix one with: %s", flags.Registry.AccountCommand("set", "ID", "ENVIRONMENT"))
		}
		snapshot := registry.NewSnapshot(prefix, parameters)
		groups, existing := command.ByEnvironment(result.Accounts), environmentsOf(snapshot)
		for _, name := range slices.Sorted(maps.Keys(groups)) {
			if name != "" && len(existing[name]) == 0 {
				s.Say("warning", "environment %s does not exist, but %s fixed to it; add it with: %s",
					name, command.AccountsAre(groups[name]), flags.Registry.Hint("add", name))
			}
		}
		for _, m := range snapshot.Malformed() {
			s.Say("warning", "%v", m.Err)
		}
		return nil
	})
	return cmd
}
