package account

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
)

func newRemove(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "remove ID",
		Short: "Stop fixing an account to an environment",
		Long: `Remove the SSM parameter that fixes an account to an environment. After that, each template
of the account names its own environment. The command asks first, unless --yes is given.`,
		Example: "  amplify-boundary account remove 210987654321",
		Args:    command.OneArgument("ID"),
	}
	flags := newFlags(io, cmd)
	flags.AddYes(cmd)
	cmd.ValidArgsFunction = flags.Registry.CompleteAccount
	cmd.RunE = flags.RunFor(command.Listing, idArgument, runRemove)
	return cmd
}

func runRemove(ctx context.Context, s *command.Session, id string) error {
	stored, err := existing(ctx, s, id)
	if err != nil {
		return err
	}
	removed, _ := command.NewFixedAccount(s.Flags.Registry.Prefix, id, stored.Value)
	return s.Remove(ctx, stored, command.Removal{
		Thing: fmt.Sprintf("account %s: environment %s", id, removed.Display()),
		Consequence: fmt.Sprintf("when they are next deployed, stacks of account %s will use the environment that each template names, otherwise the setting "+
			"DEFAULT_ENVIRONMENT, or be refused", id),
		Result: removed,
	})
}
