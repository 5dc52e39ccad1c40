package cli

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
)

// history is the result of env history.
type history struct {
	Environment string         `json:"environment"` // the environment's name
	Project     string         `json:"project"`     // the project's name; empty: of all projects
	Parameter   string         `json:"parameter"`   // the SSM parameter that holds the boundary
	Versions    []pastBoundary `json:"versions"`    // its versions, the newest first
}

// pastBoundary is what an environment's SSM parameter once held.
type pastBoundary struct {
	Version  int64  `json:"version"`  // the version's number
	Date     string `json:"date"`     // when it was written: RFC 3339, in UTC
	Author   string `json:"author"`   // the ARN of who wrote it
	Boundary string `json:"boundary"` // an ARN or none; empty where the parameter held neither
}

func newEnvHistory(streams IO) *cobra.Command {
	var k *keeper
	cmd := &cobra.Command{
		Use:   "history NAME",
		Short: "List what the boundary of an environment has been",
		Long: `List the versions of an environment's SSM parameter that Parameter Store keeps, the last 100:
when it was written, by whom, and the boundary. A registry file has no history.`,
		Example: "  amplify-boundary env history prod",
		Args:    oneArgument("NAME"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			name := arguments[0]
			if err := k.checkParameter(name); err != nil {
				return err
			}
			store, err := k.from.store(cmd.Context())
			if err != nil {
				return err
			}
			if _, err := k.existing(cmd.Context(), store, name); err != nil {
				return err
			}
			versions, err := store.History(cmd.Context(), k.parameterName(name))
			if err != nil {
				return err
			}
			result := history{name, k.project, k.parameterName(name), []pastBoundary{}}
			var text strings.Builder
			columns := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
			fmt.Fprintln(columns, "VERSION\tDATE\tBOUNDARY\tAUTHOR")
			for _, v := range versions {
				one := pastBoundary{v.Number, v.Date.UTC().Format(time.RFC3339), v.Author, known(v.Value)}
				result.Versions = append(result.Versions, one)
				fmt.Fprintf(columns, "%d\t%s\t%s\t%s\n", one.Version, one.Date, shown(one.Boundary), one.Author)
			}
			columns.Flush()
			return k.print(result, strings.TrimSuffix(text.String(), "\n"))
		},
	}
	k = newKeeper(streams, cmd)
	return cmd
}
