package account

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/cfn"
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
		Long: `A warning names those whose environment does not exist, and SSM parameters below
_account whose name is not an account's ID.`,
		Example: "  amplify-boundary account list --registry events/boundaries.json",
		Args:    command.NoArguments(),
	}
	flags := newFlags(io, cmd)
	flags.Registry.AddRole(cmd)
	flags.Patient = true
	cmd.RunE = flags.Run(command.Listing, runList)
	return cmd
}

func runList(ctx context.Context, s *command.Session) error {
	flags := s.Flags.Registry
	prefix := flags.Prefix
	parameters, err := s.Store.List(ctx, prefix)
	if err != nil {
		return err
	}
	result := list{command.FixedAccounts(prefix, parameters)}
	if err := s.Print(result, result.lines()...); err != nil {
		return err
	}
	set := flags.AccountCommand("set", "ID", "ENVIRONMENT")
	if len(result.Accounts) == 0 {
		s.Say("hint", "no account is fixed to an environment; fix one with: %s", set)
	}
	warnOfMissing(s, result.Accounts, environmentsOf(registry.NewSnapshot(prefix, parameters)))
	if names := misnamed(prefix, parameters); len(names) > 0 {
		s.Say("warning", "%s: the name is not an account's ID (12 digits), so no account is fixed by it; fix the account with: %s", cfn.JoinNames(names, command.NamesShown), set)
	}
	return nil
}

// misnamed lists the SSM parameters that are stored where those of accounts are, and fix none.
func misnamed(prefix string, parameters []registry.Parameter) []string {
	var names []string
	for _, p := range parameters {
		if _, ok := registry.SplitAccount(prefix, p.Name); !ok && strings.HasPrefix(p.Name, registry.AccountsPath(prefix)+"/") {
			names = append(names, "SSM parameter "+p.Name)
		}
	}
	return names
}

// warnOfMissing warns of accounts that are fixed to an environment that does not exist.
func warnOfMissing(s *command.Session, accounts []command.FixedAccount, existing environments) {
	groups := command.ByEnvironment(accounts)
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		ids := groups[name]
		switch {
		case name == "":
			s.Say("warning", "%s fixed to what is not an environment's name: stacks there are refused; see: %s account show %s", command.AccountsAre(ids), command.Program, ids[0])
		case len(existing[name]) == 0:
			s.Say("warning", "environment %s does not exist, but %s fixed to it; add it with: %s", name, command.AccountsAre(ids), s.Flags.Registry.Hint("add", name))
		}
	}
}

func (l list) lines() []string {
	rows := [][]string{{"ACCOUNT", "ENVIRONMENT"}}
	for _, f := range l.Accounts {
		rows = append(rows, []string{f.Account, f.Display()})
	}
	return command.Columns(rows)
}
