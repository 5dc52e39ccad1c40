package account

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
)

func newAccountRemove(streams command.IO) *cobra.Command {
	o := &command.Options{IO: streams}
	cmd := &cobra.Command{
		Use:   "remove ID",
		Short: "Fix an account to no environment any more",
		Long: `Remove the SSM parameter that fixes an account to an environment, and say what that means
for its stacks: each has the environment that its template names. It asks first, unless
--yes is given.`,
		Example:           "  amplify-boundary account remove 210987654321",
		Args:              command.OneArgument("ID"),
		ValidArgsFunction: o.CompleteAccount,
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return runForAccount(cmd.Context(), o, arguments[0], runAccountRemove)
		},
	}
	addAccountFlags(o, cmd)
	o.AddYesFlag(cmd)
	return cmd
}

// runAccountRemove removes an account's SSM parameter, once it is certain that this is wanted.
func runAccountRemove(ctx context.Context, s *command.Session, id string) error {
	stored, err := existingAccount(ctx, s, id)
	if err != nil {
		return err
	}
	removed, _ := s.FixedTo(id, stored.Value)
	consequence := fmt.Sprintf("stacks of account %s will have the environment that each template names, and without one that of the setting "+
		"DEFAULT_ENVIRONMENT, or be refused, when they are next deployed", id)
	err = s.Confirm(ctx, consequence, "give --yes to remove SSM parameter "+stored.Name,
		fmt.Sprintf("Remove SSM parameter %s, %s?", stored.Name, removed.EnvironmentOrNone()), "nothing was removed")
	if err != nil {
		return err
	}
	if err := s.Store.Remove(ctx, stored); err != nil {
		return err
	}
	line := fmt.Sprintf("removed account %s: environment %s (SSM parameter %s)", id, removed.EnvironmentOrNone(), stored.Name)
	if err := s.PrintWritten(fmt.Sprintf("SSM parameter %s was removed", stored.Name), removed, line); err != nil {
		return err
	}
	if s.Yes {
		s.Say("hint", "%s", consequence)
	}
	return nil
}
