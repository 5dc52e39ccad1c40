package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/registry"
)

func newInit(streams IO) *cobra.Command {
	o := &options{IO: streams}
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
		Args: oneArgument("ENVIRONMENT"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			name := arguments[0]
			if name == registry.DefaultName {
				return fmt.Errorf("%s is no environment; add it with: %s", name, o.hint("add", name))
			}
			if err := validateEnvironment(name); err != nil {
				return err
			}
			ctx := cmd.Context()
			return o.run(ctx, writing, func(s *session) error {
				if err := s.addGiven(ctx, name, text); err != nil {
					return err
				}
				if cmd.Flags().Changed(boundaryFlag) {
					s.warnOfEmpty(name, text)
					return nil
				}
				s.say("hint", "environment %s has no boundary; give it one with: %s", name, s.hint("update", name))
				return nil
			})
		},
	}
	o.addFlags(cmd)
	addBoundaryFlag(cmd, &text)
	return cmd
}
