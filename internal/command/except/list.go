package except

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
)

type list struct {
	Exceptions []entry `json:"exceptions"` // by name
}

func newList(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the exceptions",
		Long: `A warning names those that have ended, and entries that are malformed, never
their values: these except nothing.`,
		Example: `  export AMPLIFY_BOUNDARY_REGISTRY=events/boundaries.json
  amplify-boundary except add control-tower --preset control-tower
  amplify-boundary except list`,
		Args: command.NoArguments(),
	}
	flags := newFlags(io, cmd)
	flags.Registry.AddRole(cmd)
	cmd.RunE = flags.Run(command.Listing, func(ctx context.Context, s *command.Session) error {
		set, err := read(ctx, s)
		if err != nil {
			return err
		}
		prefix := s.Flags.Registry.Prefix
		var result list
		for _, e := range set.Exceptions {
			result.Exceptions = append(result.Exceptions, newEntry(prefix, e, time.Now()))
		}
		for _, m := range set.Malformed {
			result.Exceptions = append(result.Exceptions, newMalformed(prefix, m))
		}
		slices.SortFunc(result.Exceptions, func(a, b entry) int { return strings.Compare(a.Name, b.Name) })
		rows := [][]string{{"NAME", "ROLES AND STACKS", "ACCOUNTS", "UNTIL", "REASON"}}
		for _, e := range result.Exceptions {
			if e.Problem != "" {
				rows = append(rows, []string{e.Name, "(malformed)", "-", "-", "-"})
				continue
			}
			accounts := cmp.Or(cfn.JoinNames(e.Accounts, command.NamesShown), "all")
			names := cfn.JoinNames(slices.Concat(e.Roles, e.Stacks), command.NamesShown)
			rows = append(rows, []string{e.Name, names, accounts, e.end(), e.Reason})
		}
		if err := s.Print(result, command.Columns(rows)...); err != nil {
			return err
		}
		for _, e := range result.Exceptions {
			switch {
			case e.Problem != "":
				s.Say("warning", "exception %q (SSM parameter %s) is malformed, so it excepts nothing: %s", e.Name, e.Parameter, e.Problem)
			case e.Ended:
				s.Say("warning", "exception %s ended on %s; remove it with: %s except remove %[1]s", e.Name, e.Until, command.Program)
			}
		}
		if len(result.Exceptions) == 0 {
			s.Say("hint", "the registry has no exception; add one with: %s except add NAME", command.Program)
		}
		return nil
	})
	return cmd
}
