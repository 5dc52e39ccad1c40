package cli

import (
	"cmp"
	"context"
	"slices"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/registry"
)

// list is the result of env list.
type list struct {
	Environments []listedEntry `json:"environments"` // those of all projects first, then project by project
}

// listedEntry is an environment in a list.
type listedEntry struct {
	entry
	Accounts []string `json:"accounts"` // the IDs of the accounts that are fixed to the environment, whatever the project
}

func newEnvList(streams IO) *cobra.Command {
	o := &options{IO: streams}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the environments and their boundaries",
		Long: `List every environment below the prefix, or those of --project only, each with its
boundary and the accounts that are fixed to it (see the command account).`,
		Example: `  amplify-boundary env list
  amplify-boundary env list --project bookshop --output json`,
		Args: noArguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return o.run(ctx, listing, func(s *session) error { return runList(ctx, s) })
		},
	}
	o.addFlags(cmd)
	o.addRegistryRoleFlag(cmd)
	return cmd
}

// runList prints the environments below the prefix, or those of the project.
func runList(ctx context.Context, s *session) error {
	path := registry.Path(s.prefix, s.project)
	parameters, err := s.store.List(ctx, path)
	if err != nil {
		return err
	}
	fixings := s.fixings(parameters)
	if s.project != "" {
		if fixings, err = s.readFixings(ctx); err != nil {
			return err
		}
	}
	result := list{listedWith(entries(s.prefix, parameters), fixings)}
	if err := s.print(result, table(result.Environments)...); err != nil {
		return err
	}
	if len(result.Environments) == 0 {
		s.say("hint", "there is no environment below %s; add one with: %s", path, s.hint("add", "NAME"))
	}
	return nil
}

// listedWith joins environments with the accounts that are fixed to them.
func listedWith(entries []entry, fixings []fixing) []listedEntry {
	groups := byEnvironment(fixings)
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
		row := []string{cmp.Or(l.Project, "-"), l.Environment, display(l.Boundary)}
		if withAccounts {
			row = append(row, cmp.Or(few(l.Accounts), "-"))
		}
		rows = append(rows, row)
	}
	return columns(rows)
}
