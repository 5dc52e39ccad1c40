package cli

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/registry"
)

// accountList is the result of account list.
type accountList struct {
	Accounts []fixing `json:"accounts"` // sorted by ID
}

func newAccountList(streams IO) *cobra.Command {
	o := &options{IO: streams, patient: true}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the accounts that are fixed to an environment",
		Long: `List every account that is fixed to an environment, each with its environment. A warning
names those whose environment does not exist, and SSM parameters that are in the place of an
account's, but have no account's ID as their name.`,
		Example: "  amplify-boundary account list --output json",
		Args:    noArguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return o.run(ctx, listing, func(s *session) error { return runAccountList(ctx, s) })
		},
	}
	o.addAccountFlags(cmd)
	o.addRegistryRoleFlag(cmd)
	return cmd
}

func runAccountList(ctx context.Context, s *session) error {
	parameters, err := s.store.List(ctx, s.prefix)
	if err != nil {
		return err
	}
	result := accountList{s.fixings(parameters)}
	if err := s.print(result, accountTable(result.Accounts)...); err != nil {
		return err
	}
	if len(result.Accounts) == 0 {
		s.say("hint", "no account is fixed to an environment; fix one with: %s", s.accountCommand("set", "ID", "ENVIRONMENT"))
	}
	s.warnOfOrphans(result.Accounts, fixableIn(registry.NewSnapshot(s.prefix, parameters)))
	if stray := s.strayNames(parameters); len(stray) > 0 {
		s.say("warning", "%s: the name is not an account's ID, 12 digits, so no account is fixed by it; fix the account with: %s", few(stray), s.accountCommand("set", "ID", "ENVIRONMENT"))
	}
	return nil
}

// fixings lists the accounts among the SSM parameters below the prefix, sorted by ID.
func (o *options) fixings(parameters []registry.Parameter) []fixing {
	list := []fixing{}
	for _, p := range parameters {
		if id, ok := registry.SplitAccount(o.prefix, p.Name); ok {
			f, _ := o.fixedTo(id, p.Value)
			list = append(list, f)
		}
	}
	return list
}

// strayNames lists the SSM parameters that lie where those of accounts do, and fix none.
func (o *options) strayNames(parameters []registry.Parameter) []string {
	var names []string
	for _, p := range parameters {
		if _, ok := registry.SplitAccount(o.prefix, p.Name); !ok && strings.HasPrefix(p.Name, registry.AccountsPath(o.prefix)+"/") {
			names = append(names, "SSM parameter "+p.Name)
		}
	}
	return names
}

// readFixings lists the accounts that are fixed to an environment, sorted by ID.
func (s *session) readFixings(ctx context.Context) ([]fixing, error) {
	parameters, err := s.store.List(ctx, registry.AccountsPath(s.prefix))
	return s.fixings(parameters), err
}

// fixedAccounts lists the IDs of the accounts that are fixed to an environment. Where they cannot be read it warns.
func (s *session) fixedAccounts(ctx context.Context, environment string) []string {
	fixings, err := s.readFixings(ctx)
	if err != nil {
		s.say("warning", "it is not known which accounts are fixed to environment %s: %v", environment, err)
	}
	return append([]string{}, byEnvironment(fixings)[environment]...)
}

// byEnvironment groups the IDs of accounts by their environments; the empty one is that of accounts whose
// parameter holds no name.
func byEnvironment(accounts []fixing) map[string][]string {
	groups := make(map[string][]string)
	for _, f := range accounts {
		groups[f.Environment] = append(groups[f.Environment], f.Account)
	}
	return groups
}

// warnOfOrphans warns of accounts that are fixed to what does not exist.
func (s *session) warnOfOrphans(accounts []fixing, available fixable) {
	groups := byEnvironment(accounts)
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		switch {
		case name == "":
			s.say("warning", "%s fixed to what is not an environment's name: stacks there are refused; see: %s", isOrAre(groups[name]), s.showAccount(groups[name][0]))
		case len(available[name]) == 0:
			s.say("warning", "environment %s does not exist, but %s fixed to it; add it with: %s", name, isOrAre(groups[name]), s.hint("add", name))
		}
	}
}

// accountTable lays accounts out in columns.
func accountTable(accounts []fixing) []string {
	if len(accounts) == 0 {
		return nil
	}
	rows := [][]string{{"ACCOUNT", "ENVIRONMENT"}}
	for _, f := range accounts {
		rows = append(rows, []string{f.Account, f.environmentOrNone()})
	}
	return columns(rows)
}
