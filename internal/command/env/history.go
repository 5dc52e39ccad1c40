package env

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
)

type history struct {
	Environment string         `json:"environment"` // the environment's name
	Project     string         `json:"project"`     // the project's name; empty: of all projects
	Parameter   string         `json:"parameter"`   // the SSM parameter that holds the boundary
	Versions    []pastBoundary `json:"versions"`    // its versions, the newest first
}

// pastBoundary is what an environment's SSM parameter held.
type pastBoundary struct {
	Version  int64  `json:"version"`  // the version's number
	Date     string `json:"date"`     // when it was written: RFC 3339, in UTC
	Author   string `json:"author"`   // the ARN of the principal that wrote it
	Boundary string `json:"boundary"` // an ARN or none; empty if the SSM parameter held neither
}

func newHistory(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "history [NAME]",
		Short: "List the boundaries that an environment has had",
		Long: `These are the versions of the SSM parameter that Parameter Store keeps (the last
100): when each was written, by whom, and the boundary. A registry file has no
history.`,
		Example: "  amplify-boundary env history prod",
	}
	flags := newFlags(io, cmd)
	flags.Registry.AddRole(cmd)
	cmd.Args = flags.OneOrChosen("NAME")
	cmd.ValidArgsFunction = flags.Registry.CompleteEnvironment
	cmd.RunE = flags.RunFor(command.Listing, validateName, func(ctx context.Context, s *command.Session, name string) error {
		stored, err := existing(ctx, s, name)
		if err != nil {
			return err
		}
		versions, err := s.Store.History(ctx, stored.Name)
		if err != nil {
			return err
		}
		result := history{Environment: name, Project: flags.Registry.Project, Parameter: stored.Name}
		rows := [][]string{{"VERSION", "DATE", "BOUNDARY", "AUTHOR"}}
		for _, v := range versions {
			past := pastBoundary{v.Number, v.Date.UTC().Format(time.RFC3339), v.Author, command.BoundaryOrEmpty(v.Value)}
			result.Versions = append(result.Versions, past)
			rows = append(rows, []string{strconv.FormatInt(past.Version, 10), past.Date, command.Display(past.Boundary), past.Author})
		}
		return s.Print(result, command.Columns(rows)...)
	})
	return cmd
}
