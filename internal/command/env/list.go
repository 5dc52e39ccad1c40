package env

import (
	"cmp"
	"context"
	"slices"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// list is the result of env list.
type list struct {
	Environments []listedEntry `json:"environments"` // those of all projects first, then project by project
}

// listedEntry is an environment in a list.
type listedEntry struct {
	command.Entry
	Accounts []string `json:"accounts"` // the IDs of the accounts that are fixed to the environment, whatever the project
}

func newEnvList(streams command.IO) *cobra.Command {
	o := &command.Options{IO: streams}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the environments and their boundaries",
		Long: `List every environment below the prefix, or those of --project only, each with its
boundary and the accounts that are fixed to it (see the command account).`,
		Example: `  amplify-boundary env list
  amplify-boundary env list --project bookshop --output json`,
		Args: command.NoArguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return o.Run(ctx, command.Listing, func(s *command.Session) error { return runList(ctx, s) })
		},
	}
	o.AddFlags(cmd)
	o.AddRegistryRoleFlag(cmd)
	return cmd
}

// runList prints the environments below the prefix, or those of the project.
func runList(ctx context.Context, s *command.Session) error {
	path := registry.Path(s.Prefix, s.Project)
	parameters, err := s.Store.List(ctx, path)
	if err != nil {
		return err
	}
	fixings := s.Fixings(parameters)
	if s.Project != "" {
		if fixings, err = s.ReadFixings(ctx); err != nil {
			return err
		}
	}
	result := list{listedWith(command.Entries(s.Prefix, parameters), fixings)}
	if err := s.Print(result, table(result.Environments)...); err != nil {
		return err
	}
	if len(result.Environments) == 0 {
		s.Say("hint", "there is no environment below %s; add one with: %s", path, s.Hint("add", "NAME"))
	}
	return nil
}

// listedWith joins environments with the accounts that are fixed to them.
func listedWith(entries []command.Entry, fixings []command.Fixing) []listedEntry {
	groups := command.ByEnvironment(fixings)
	list := []listedEntry{}
	for _, e := range entries {
		list = append(list, listedEntry{e, append([]string{}, groups[e.Environment]...)})
	}
	return list
}

// table lays environments out in columns. The accounts have one where there are any.
func table(list []listedEntry) []string {
	if len(list) == 0 {
		return nil
	}
	rows := [][]string{{"PROJECT", "ENVIRONMENT", "BOUNDARY"}}
	withAccounts := slices.ContainsFunc(list, func(l listedEntry) bool { return len(l.Accounts) > 0 })
	if withAccounts {
		rows[0] = append(rows[0], "ACCOUNTS")
	}
	for _, l := range list {
		row := []string{cmp.Or(l.Project, "-"), l.Environment, command.Display(l.Boundary)}
		if withAccounts {
			row = append(row, cmp.Or(command.Few(l.Accounts), "-"))
		}
		rows = append(rows, row)
	}
	return command.Columns(rows)
}
