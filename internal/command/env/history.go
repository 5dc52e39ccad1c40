package env

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
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

func newEnvHistory(streams command.IO) *cobra.Command {
	o := &command.Options{IO: streams}
	cmd := &cobra.Command{
		Use:   "history NAME",
		Short: "List what the boundary of an environment has been",
		Long: `List the versions of an environment's SSM parameter that Parameter Store keeps, the last 100:
when it was written, by whom, and the boundary. A registry file has no history.`,
		Example:           "  amplify-boundary env history prod",
		Args:              command.OneArgument("NAME"),
		ValidArgsFunction: o.CompleteEnvironment,
		RunE: func(cmd *cobra.Command, arguments []string) error {
			name := arguments[0]
			if err := command.ValidateParameterName(name); err != nil {
				return err
			}
			ctx := cmd.Context()
			return o.Run(ctx, command.Listing, func(s *command.Session) error { return runHistory(ctx, s, name) })
		},
	}
	o.AddFlags(cmd)
	o.AddRegistryRoleFlag(cmd)
	return cmd
}

// runHistory prints the versions of an environment's SSM parameter.
func runHistory(ctx context.Context, s *command.Session, name string) error {
	if _, err := s.Existing(ctx, name); err != nil {
		return err
	}
	versions, err := s.Store.History(ctx, s.ParameterName(name))
	if err != nil {
		return err
	}
	result := history{name, s.Project, s.ParameterName(name), []pastBoundary{}}
	rows := [][]string{{"VERSION", "DATE", "BOUNDARY", "AUTHOR"}}
	for _, v := range versions {
		past := pastBoundary{v.Number, v.Date.UTC().Format(time.RFC3339), v.Author, command.BoundaryOrEmpty(v.Value)}
		result.Versions = append(result.Versions, past)
		rows = append(rows, []string{strconv.FormatInt(past.Version, 10), past.Date, command.Display(past.Boundary), past.Author})
	}
	return s.Print(result, command.Columns(rows)...)
}
