package cli

import (
	"cmp"
	"context"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/registry"
)

// list is the result of env list.
type list struct {
	Environments []entry `json:"environments"` // those of all projects first, then project by project
}

func newEnvList(streams IO) *cobra.Command {
	o := &options{IO: streams}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the environments and their boundaries",
		Long: `List every environment below the prefix, or those of --project only, each with its
boundary.`,
		Example: `  amplify-boundary env list
  amplify-boundary env list --project bookshop --output json`,
		Args: noArguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return o.run(ctx, listing, func(s *session) error { return runList(ctx, s) })
		},
	}
	o.addFlags(cmd)
	return cmd
}

// runList prints the environments below the prefix, or those of the project.
func runList(ctx context.Context, s *session) error {
	path := registry.Path(s.prefix, s.project)
	parameters, err := s.store.List(ctx, path)
	if err != nil {
		return err
	}
	result := list{entries(s.prefix, parameters)}
	if err := s.print(result, table(result.Environments)...); err != nil {
		return err
	}
	if len(result.Environments) == 0 {
		s.say("hint", "there is no environment below %s; add one with: %s", path, s.hint("add", "NAME"))
	}
	return nil
}

// table lays environments out in columns.
func table(entries []entry) []string {
	if len(entries) == 0 {
		return nil
	}
	rows := [][]string{{"PROJECT", "ENVIRONMENT", "BOUNDARY"}}
	for _, e := range entries {
		rows = append(rows, []string{cmp.Or(e.Project, "-"), e.Environment, display(e.Boundary)})
	}
	return columns(rows)
}
