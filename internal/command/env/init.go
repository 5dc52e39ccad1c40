package env

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

func newInit(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init ENVIRONMENT",
		Short: "Add the first environment and its boundary",
		Long: `Add an environment and its boundary. Without --permissions-boundary, the command asks for
one; with --yes, or without a terminal, it fails.

A boundary is the ARN of a policy in the environment's account, or of an AWS managed policy.
It can use the placeholders ${AWS::Partition}, ${AWS::AccountId}, ${AWS::Region},
${Environment}, and ${Project}, so that one value serves many accounts.`,
		Example: `  amplify-boundary init dev --permissions-boundary arn:aws:iam::123456789012:policy/boundaries/dev
  amplify-boundary init dev --permissions-boundary 'arn:aws:iam::${AWS::AccountId}:policy/boundaries/${Environment}'`,
		Args: command.OneArgument("ENVIRONMENT"),
	}
	flags := newFlags(io, cmd)
	flags.AddYes(cmd)
	command.Writes(cmd)
	var given boundaryFlag
	given.addTo(cmd)
	cmd.RunE = func(cmd *cobra.Command, arguments []string) error {
		return runInit(cmd.Context(), io, *flags, arguments[0], given)
	}
	return cmd
}

func runInit(ctx context.Context, io command.IO, flags command.ManageFlags, name string, given boundaryFlag) error {
	if name == registry.DefaultName {
		return fmt.Errorf("%s is not an environment; add it with: %s", name, flags.Registry.Hint("add", name))
	}
	if err := command.ValidateEnvironment(name); err != nil {
		return err
	}
	s, err := flags.Open(ctx, io, command.Writing)
	if err != nil {
		return err
	}
	if given.isGiven {
		return addGiven(ctx, s, name, given)
	}
	if err := refuseExisting(ctx, s, name); err != nil {
		return err
	}
	value, err := ask(ctx, s, name, boundary.Value{}, false)
	if err != nil {
		return err
	}
	return add(ctx, s, name, value)
}
