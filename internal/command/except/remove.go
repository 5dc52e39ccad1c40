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
	command.Writes(cmd)
	cmd.RunE = func(cmd *cobra.Command, arguments []string) error {
		return runRemove(cmd.Context(), io, *flags, arguments[0])
	}
	return cmd
}

func runRemove(ctx context.Context, io command.IO, flags command.ManageFlags, name string) error {
	removed, f, err := find(ctx, io, flags, name)
	if err != nil {
		return err
	}
	consequence := fmt.Sprintf("without exception %s, the audit reports its roles, and the guard refuses changes to them", name)
	err = f.session.Confirm(ctx, command.Confirmation{
		Consequence: consequence, Advice: "give --yes to remove SSM parameter " + removed.Parameter,
		Question: fmt.Sprintf("Remove SSM parameter %s?", removed.Parameter), Refusal: "nothing was removed",
	})
	if err != nil {
		return err
	}
	if err := f.session.Store.Remove(ctx, f.parameter); err != nil {
		return err
	}
	line := fmt.Sprintf("removed exception %s (SSM parameter %s)", name, removed.Parameter)
	return f.session.PrintWritten(fmt.Sprintf("SSM parameter %s was removed", removed.Parameter), removed, line)
}
