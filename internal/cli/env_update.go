package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/registry"
)

// change is the result of an update.
type change struct {
	entry
	Previous string `json:"previous"` // what boundary was before
	Changed  bool   `json:"changed"`  // whether anything was written
}

func newEnvUpdate(streams IO) *cobra.Command {
	var k *keeper
	var text string
	cmd := &cobra.Command{
		Use:   "update [NAME]",
		Short: "Change the boundary of an environment",
		Long: `Change the boundary of an environment: by default of the one that is checked out in the
Amplify project around the working directory. Without --permissions-boundary the command
asks; there, an empty answer keeps the boundary and none removes it. With --yes, or without
a terminal, it fails and asks for --permissions-boundary.

The change takes effect when each stack is next deployed. The old policy must stay until
then.`,
		Example: `  amplify-boundary env update dev --permissions-boundary arn:aws:iam::123456789012:policy/boundaries/dev-2
  amplify-boundary env update --permissions-boundary ''`,
		Args: count("one NAME or none", 0, 1),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			name, err := updatedEnvironment(arguments)
			if err != nil {
				return err
			}
			if err := k.checkParameter(name); err != nil {
				return err
			}
			ctx := cmd.Context()
			p, err := k.open(ctx)
			if err != nil {
				return err
			}
			held, err := k.existing(ctx, p.store, name)
			if err != nil {
				return err
			}
			var value boundary.Value
			if cmd.Flags().Changed(boundaryFlag) {
				value, err = k.read(p, name, text)
			} else {
				value, err = k.askNewBoundary(ctx, p, name, held)
			}
			if err != nil {
				return err
			}
			return k.update(ctx, p, name, held, value)
		},
	}
	k = newKeeper(streams, cmd)
	addBoundaryFlag(cmd, &text)
	return cmd
}

func updatedEnvironment(arguments []string) (string, error) {
	if len(arguments) == 1 {
		return arguments[0], nil
	}
	name, err := currentAmplifyEnvironment()
	if err == nil && name == "" {
		err = errors.New("which environment? Name it, or change into an Amplify project that has one checked out")
	}
	return name, err
}

// existing reads the SSM parameter of exactly this environment.
func (k *keeper) existing(ctx context.Context, store registry.Store, name string) (registry.Parameter, error) {
	held, found, err := store.Parameter(ctx, k.parameterName(name))
	if err == nil && !found {
		err = fmt.Errorf("environment %s does not exist (SSM parameter %s); add it with: %s", name, k.parameterName(name), k.hint("add", name))
	}
	return held, err
}

// askNewBoundary asks for another boundary.
func (k *keeper) askNewBoundary(ctx context.Context, p site, name string, held registry.Parameter) (boundary.Value, error) {
	if k.yes || !k.Terminal {
		return boundary.Value{}, fmt.Errorf("which boundary is environment %s to have? Give --%s ARN, or --%s '' for none", name, boundaryFlag, boundaryFlag)
	}
	for {
		choice := "an ARN, or none"
		if present := known(held.Value); present != "" {
			choice = "an ARN, none, or empty to keep " + present
		}
		text, err := k.ask(ctx, fmt.Sprintf("Permissions boundary of environment %s (%s): ", name, choice))
		if err != nil {
			return boundary.Value{}, err
		}
		var value boundary.Value
		if text == "" {
			value, err = boundary.Parse(held.Value)
		} else {
			value, err = k.read(p, name, text)
		}
		if err == nil {
			return value, nil
		}
		k.say("error", "%v", err)
	}
}

// update gives an environment another boundary, and says what that means.
func (k *keeper) update(ctx context.Context, p site, name string, held registry.Parameter, value boundary.Value) error {
	result := change{entry: k.entry(name, value), Previous: known(held.Value)}
	if result.Previous == result.Boundary {
		return k.print(result, fmt.Sprintf("environment %s keeps %s (SSM parameter %s)", name, result.Boundary, result.Parameter))
	}
	k.inspect(ctx, p, name, value)
	version, err := p.store.Replace(ctx, held, value.String())
	if err != nil {
		return err
	}
	result.Changed = true
	if version != held.NextVersion() {
		k.say("warning", "somebody else wrote SSM parameter %s at the same time: this change is version %d, and %d was expected; see: %s",
			result.Parameter, version, held.NextVersion(), k.hint("history", name))
	}
	k.say("hint", "the change takes effect when each stack is next deployed; CloudFormation runs the macro again even for an unchanged template")
	if previous, err := boundary.Parse(held.Value); err == nil && !previous.IsNone() {
		k.say("hint", "keep policy %s until every stack has been deployed: a rollback that needs a deleted one ends in UPDATE_ROLLBACK_FAILED", previous)
	}
	return k.print(result, fmt.Sprintf("environment %s: %s, was %s (SSM parameter %s)", name, result.Boundary, shown(result.Previous), result.Parameter))
}
