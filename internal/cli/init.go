package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/registry"
)

func newInit(streams IO) *cobra.Command {
	var k *keeper
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
				return fmt.Errorf("%s is no environment; add it with: %s", name, k.hint("add", name))
			}
			if err := k.checkEnvironment(name); err != nil {
				return err
			}
			p, err := k.open(cmd.Context())
			if err != nil {
				return err
			}
			if err := k.checkNew(cmd.Context(), p, name); err != nil {
				return err
			}
			value, err := k.read(p, name, text)
			if err != nil {
				return err
			}
			if err := k.add(cmd.Context(), p, name, value); err != nil {
				return err
			}
			if !cmd.Flags().Changed(boundaryFlag) {
				k.say("hint", "environment %s has no boundary; give it one with: %s", name, k.hint("update", name))
			}
			return nil
		},
	}
	k = newKeeper(streams, cmd)
	addBoundaryFlag(cmd, &text)
	return cmd
}

// boundaryFlag is Amplify's own name for it.
const boundaryFlag = "permissions-boundary"

func addBoundaryFlag(cmd *cobra.Command, text *string) {
	cmd.Flags().StringVar(text, boundaryFlag, "", "the policy's `ARN`, with placeholders if you like; '' is none")
}

// add records the boundary of a new environment and prints it.
func (k *keeper) add(ctx context.Context, p site, name string, value boundary.Value) error {
	k.inspect(ctx, p, name, value)
	added := k.entry(name, value)
	err := p.store.Add(ctx, added.Parameter, value.String())
	if errors.Is(err, registry.ErrExists) {
		return k.existsError(name)
	}
	if err != nil {
		return err
	}
	return k.print(added, added.String())
}

// existsError says how to change an environment that exists.
func (k *keeper) existsError(name string) error {
	return fmt.Errorf("environment %s exists already (SSM parameter %s); change it with: %s", name, k.parameterName(name), k.hint("update", name))
}

// checkNew fails where the SSM parameter of an environment exists.
func (k *keeper) checkNew(ctx context.Context, p site, name string) error {
	_, found, err := p.store.Parameter(ctx, k.parameterName(name))
	if err == nil && found {
		err = k.existsError(name)
	}
	return err
}
