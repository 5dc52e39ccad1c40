package except

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
)

func newRemove(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "remove NAME",
		Short: "Remove an exception",
		Long: `Remove an exception: the audit reports its roles again, and the guard refuses changes to
them. The command asks first, unless --yes is given.`,
		Example: "  amplify-boundary except remove break-glass",
		Args:    command.OneArgument("NAME"),
	}
	flags := newFlags(io, cmd)
	flags.AddYes(cmd)
	cmd.RunE = flags.RunFor(command.Listing, nameArgument, runRemove)
	return cmd
}

func runRemove(ctx context.Context, s *command.Session, name string) error {
	removed, stored, err := find(ctx, s, name)
	if err != nil {
		return err
	}
	return s.Remove(ctx, stored, command.Removal{
		Thing:       "exception " + name,
		Consequence: fmt.Sprintf("without exception %s, the audit reports its roles, and the guard refuses changes to them", name),
		Result:      removed,
	})
}
