package env

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

type list struct {
	Environments []listedEntry `json:"environments"` // those of all projects first, then by project
}

type listedEntry struct {
	command.Entry
	Accounts []string `json:"accounts"` // the IDs of the accounts that are fixed to the environment, whatever the project
}

func newList(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the environments and their boundaries",
		Long: `Each is listed with its boundary and the accounts that are fixed to it (see the
command account); with --project, only those of the project.`,
		Example: "  amplify-boundary env list --registry events/boundaries.json",
		Args:    command.NoArguments(),
	}
	flags := newFlags(io, cmd)
	flags.Registry.AddRole(cmd)
	cmd.RunE = flags.Run(command.Listing, runList)
	return cmd
}

func runList(ctx context.Context, s *command.Session) error {
	flags := s.Flags.Registry
	path := registry.Path(flags.Prefix, flags.Project)
	parameters, err := s.Store.List(ctx, path)
	if err != nil {
		return err
	}
	accounts := command.FixedAccounts(flags.Prefix, parameters)
	if flags.Project != "" {
		if accounts, err = s.ReadFixedAccounts(ctx); err != nil {
			return err
		}
	}
	groups := command.ByEnvironment(accounts)
	var result list
	hasAccounts := false
	for _, e := range command.Entries(flags.Prefix, parameters) {
		result.Environments = append(result.Environments, listedEntry{e, groups[e.Environment]})
		hasAccounts = hasAccounts || len(groups[e.Environment]) > 0
	}
	rows := [][]string{{"PROJECT", "ENVIRONMENT", "BOUNDARY"}}
	if hasAccounts {
		rows[0] = append(rows[0], "ACCOUNTS")
	}
	for _, e := range result.Environments {
		row := []string{cmp.Or(e.Project, "-"), e.Environment, command.Display(e.Boundary)}
		if hasAccounts {
			row = append(row, cmp.Or(cfn.JoinNames(e.Accounts, command.NamesShown), "-"))
		}
		rows = append(rows, row)
	}
	if err := s.Print(result, command.Columns(rows)...); err != nil {
		return err
	}
	for _, m := range registry.NewSnapshot(flags.Prefix, parameters).Malformed() {
		s.Say("warning", "%v", m.Err)
	}
	if len(result.Environments) == 0 {
		s.Say("hint", "no environment exists below %s; add one with: %s", path, flags.Hint("add", "NAME"))
	}
	return nil
}
