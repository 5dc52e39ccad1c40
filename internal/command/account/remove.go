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
	command.Writes(cmd)
	cmd.ValidArgsFunction = flags.Registry.CompleteAccount
	cmd.RunE = func(cmd *cobra.Command, arguments []string) error {
		return runRemove(cmd.Context(), io, *flags, arguments[0])
	}
	return cmd
}

func runRemove(ctx context.Context, io command.IO, flags command.ManageFlags, id string) error {
	s, err := openFor(ctx, io, flags, id)
	if err != nil {
		return err
	}
	stored, err := existing(ctx, s, id)
	if err != nil {
		return err
	}
	removed, _ := command.NewFixedAccount(flags.Registry.Prefix, id, stored.Value)
	consequence := fmt.Sprintf("when they are next deployed, stacks of account %s will use the environment that each template names, otherwise the setting "+
		"DEFAULT_ENVIRONMENT, or be refused", id)
	err = s.Confirm(ctx, command.Confirmation{
		Consequence: consequence, Advice: "give --yes to remove SSM parameter " + stored.Name,
		Question: fmt.Sprintf("Remove SSM parameter %s, %s?", stored.Name, removed.Display()), Refusal: "nothing was removed",
	})
	if err != nil {
		return err
	}
	if err := s.Store.Remove(ctx, stored); err != nil {
		return err
	}
	line := fmt.Sprintf("removed account %s: environment %s (SSM parameter %s)", id, removed.Display(), stored.Name)
	if err := s.PrintWritten(fmt.Sprintf("SSM parameter %s was removed", stored.Name), removed, line); err != nil {
		return err
	}
	if flags.Yes {
		s.Say("hint", "%s", consequence)
	}
	return nil
}
