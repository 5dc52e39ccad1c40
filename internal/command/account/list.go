package account

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// accountList is the result of account list.
type accountList struct {
	Accounts []command.Fixing `json:"accounts"` // sorted by ID
}

func newAccountList(streams command.IO) *cobra.Command {
	o := &command.Options{IO: streams, Patient: true}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the accounts that are fixed to an environment",
		Long: `List every account that is fixed to an environment, each with its environment. A warning
names those whose environment does not exist, and SSM parameters that are in the place of an
account's, but have no account's ID as their name.`,
		Example: "  amplify-boundary account list --output json",
		Args:    command.NoArguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return o.Run(ctx, command.Listing, func(s *command.Session) error { return runAccountList(ctx, s) })
		},
	}
	addAccountFlags(o, cmd)
	o.AddRegistryRoleFlag(cmd)
	return cmd
}

func runAccountList(ctx context.Context, s *command.Session) error {
	parameters, err := s.Store.List(ctx, s.Prefix)
	if err != nil {
		return err
	}
	result := accountList{s.Fixings(parameters)}
	if err := s.Print(result, accountTable(result.Accounts)...); err != nil {
		return err
	}
	if len(result.Accounts) == 0 {
		s.Say("hint", "no account is fixed to an environment; fix one with: %s", s.AccountCommand("set", "ID", "ENVIRONMENT"))
	}
	warnOfOrphans(s, result.Accounts, fixableIn(registry.NewSnapshot(s.Prefix, parameters)))
	if stray := strayNames(s.Options, parameters); len(stray) > 0 {
		s.Say("warning", "%s: the name is not an account's ID, 12 digits, so no account is fixed by it; fix the account with: %s", command.Few(stray), s.AccountCommand("set", "ID", "ENVIRONMENT"))
	}
	return nil
}

// strayNames lists the SSM parameters that lie where those of accounts do, and fix none.
func strayNames(o *command.Options, parameters []registry.Parameter) []string {
	var names []string
	for _, p := range parameters {
		if _, ok := registry.SplitAccount(o.Prefix, p.Name); !ok && strings.HasPrefix(p.Name, registry.AccountsPath(o.Prefix)+"/") {
			names = append(names, "SSM parameter "+p.Name)
		}
	}
	return names
}

// warnOfOrphans warns of accounts that are fixed to what does not exist.
func warnOfOrphans(s *command.Session, accounts []command.Fixing, available fixable) {
	groups := command.ByEnvironment(accounts)
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		switch {
		case name == "":
			s.Say("warning", "%s fixed to what is not an environment's name: stacks there are refused; see: %s", command.IsOrAre(groups[name]), s.ShowAccount(groups[name][0]))
		case len(available[name]) == 0:
			s.Say("warning", "environment %s does not exist, but %s fixed to it; add it with: %s", name, command.IsOrAre(groups[name]), s.Hint("add", name))
		}
	}
}

// accountTable lays accounts out in columns.
func accountTable(accounts []command.Fixing) []string {
	if len(accounts) == 0 {
		return nil
	}
	rows := [][]string{{"ACCOUNT", "ENVIRONMENT"}}
	for _, f := range accounts {
		rows = append(rows, []string{f.Account, f.EnvironmentOrNone()})
	}
	return command.Columns(rows)
}
