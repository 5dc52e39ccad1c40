package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
)

func newAccountRemove(streams IO) *cobra.Command {
	o := &options{IO: streams}
	cmd := &cobra.Command{
		Use:   "remove ID",
		Short: "Fix an account to no environment any more",
		Long: `Remove the SSM parameter that fixes an account to an environment, and say what that means
for its stacks: each has the environment that its template names. It asks first, unless
--yes is given.`,
		Example:           "  amplify-boundary account remove 210987654321",
		Args:              oneArgument("ID"),
		ValidArgsFunction: o.completeAccount,
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return o.runForAccount(cmd.Context(), arguments[0], runAccountRemove)
		},
	}
	o.addAccountFlags(cmd)
	o.addYesFlag(cmd)
	return cmd
}

// runAccountRemove removes an account's SSM parameter, once it is certain that this is wanted.
func runAccountRemove(ctx context.Context, s *session, id string) error {
	stored, err := s.existingAccount(ctx, id)
	if err != nil {
		return err
	}
	removed, _ := s.fixedTo(id, stored.Value)
	consequence := fmt.Sprintf("stacks of account %s will have the environment that each template names, and without one that of the setting "+
		"DEFAULT_ENVIRONMENT, or be refused, when they are next deployed", id)
	err = s.confirm(ctx, consequence, "give --yes to remove SSM parameter "+stored.Name,
		fmt.Sprintf("Remove SSM parameter %s, %s?", stored.Name, removed.environmentOrNone()), "nothing was removed")
	if err != nil {
		return err
	}
	if err := s.store.Remove(ctx, stored); err != nil {
		return err
	}
	line := fmt.Sprintf("removed account %s: environment %s (SSM parameter %s)", id, removed.environmentOrNone(), stored.Name)
	if err := s.printWritten(fmt.Sprintf("SSM parameter %s was removed", stored.Name), removed, line); err != nil {
		return err
	}
	if s.yes {
		s.say("hint", "%s", consequence)
	}
	return nil
}
