package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/registry"
)

// list is the result of env list.
type list struct {
	Environments []entry `json:"environments"` // those of all projects first, then project by project
}

func newEnvList(streams IO) *cobra.Command {
	var k *keeper
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the environments and their boundaries",
		Long: `List every environment below the prefix, or those of --project only, each with its
boundary.`,
		Example: `  amplify-boundary env list
  amplify-boundary env list --project bookshop --output json`,
		Args: count("no arguments", 0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := k.check(); err != nil {
				return err
			}
			store, err := k.from.store(cmd.Context())
			if err != nil {
				return err
			}
			path := registry.Path(k.prefix, k.project)
			parameters, err := store.List(cmd.Context(), path)
			if err != nil {
				return err
			}
			result := list{k.entries(parameters)}
			if len(result.Environments) == 0 {
				k.say("hint", "there is no environment below %s; add one with: %s", path, k.hint("add", "NAME"))
			}
			return k.print(result, table(result.Environments)...)
		},
	}
	k = newKeeper(streams, cmd)
	return cmd
}

// entries lists the environments among the SSM parameters below the prefix.
func (k *keeper) entries(parameters []registry.Parameter) []entry {
	entries := []entry{}
	for _, p := range parameters {
		if e, found := registry.Split(k.prefix, p.Name); found {
			entries = append(entries, entry{e.Name, e.Project, p.Name, known(p.Value)})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.Project, b.Project), cmp.Compare(a.Environment, b.Environment))
	})
	return entries
}

// table lays environments out in columns.
func table(entries []entry) []string {
	if len(entries) == 0 {
		return nil
	}
	var text strings.Builder
	columns := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(columns, "PROJECT\tENVIRONMENT\tBOUNDARY")
	for _, e := range entries {
		project := e.Project
		if project == "" {
			project = "-"
		}
		fmt.Fprintf(columns, "%s\t%s\t%s\n", project, e.Environment, shown(e.Boundary))
	}
	columns.Flush()
	return strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
}
