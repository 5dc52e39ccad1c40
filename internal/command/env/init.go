package env

import (
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

func newInit(streams command.IO) *cobra.Command {
	o := &command.Options{IO: streams}
	var text string
	cmd := &cobra.Command{
		Use:   "init ENVIRONMENT",
		Short: "Record the first environment and its boundary",
		Long: `Record an environment and its boundary. It never asks: without --permissions-boundary
the environment has none.

A boundary is the ARN of a policy in the environment's account, or of an AWS managed policy.
It may use the placeholders ${AWS::Partition}, ${AWS::AccountId}, ${AWS::Region},
${Environment} and ${Project}, so that one value serves many accounts.`,
		Example: `  amplify-boundary init dev --permissions-boundary arn:aws:iam::123456789012:policy/boundaries/dev
  amplify-boundary init dev --permissions-boundary 'arn:aws:iam::${AWS::AccountId}:policy/boundaries/${Environment}'`,
		Args: command.OneArgument("ENVIRONMENT"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			name := arguments[0]
			if name == registry.DefaultName {
				return fmt.Errorf("%s is no environment; add it with: %s", name, o.Hint("add", name))
			}
			if err := command.ValidateEnvironment(name); err != nil {
				return err
			}
			ctx := cmd.Context()
			return o.Run(ctx, command.Writing, func(s *command.Session) error {
				if err := s.AddGiven(ctx, name, text); err != nil {
					return err
				}
				if cmd.Flags().Changed(command.BoundaryFlag) {
					s.WarnOfEmpty(name, text)
					return nil
				}
				s.Say("hint", "environment %s has no boundary; give it one with: %s", name, s.Hint("update", name))
				return nil
			})
		},
	}
	o.AddFlags(cmd)
	command.AddBoundaryFlag(cmd, &text)
	return cmd
}
