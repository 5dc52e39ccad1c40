package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/registry"
)

// removal is the result of env remove.
type removal struct {
	entry
	Next string `json:"next"` // the SSM parameter that answers from now on; empty: the macro refuses the environment
}

func newEnvRemove(streams IO) *cobra.Command {
	var k *keeper
	cmd := &cobra.Command{
		Use:   "remove NAME",
		Short: "Remove an environment's own boundary",
		Long: `Remove the SSM parameter of an environment, and say what that means for its stacks: they
are refused, or get the boundary of a fall-back. It asks first, unless --yes is given.
To leave an environment without a boundary instead, update it with
--permissions-boundary ''.`,
		Example: `  amplify-boundary env remove test
  amplify-boundary env remove _default --project bookshop --yes`,
		Args: oneArgument("NAME"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			name := arguments[0]
			if err := k.checkParameter(name); err != nil {
				return err
			}
			store, err := k.from.store(cmd.Context())
			if err != nil {
				return err
			}
			return k.remove(cmd.Context(), store, name)
		},
	}
	k = newKeeper(streams, cmd)
	return cmd
}

func (k *keeper) remove(ctx context.Context, store registry.Store, name string) error {
	held, err := k.existing(ctx, store, name)
	if err != nil {
		return err
	}
	removed := removal{entry: entry{name, k.project, held.Name, known(held.Value)}}
	next, err := k.next(ctx, store, name)
	if err != nil {
		return err
	}
	removed.Next = next.Name
	consequence := k.consequence(removed, next)
	if !k.yes {
		if !k.Terminal {
			return fmt.Errorf("%s; give --yes to remove SSM parameter %s", consequence, held.Name)
		}
		k.say("warning", "%s", consequence)
		answer, err := k.ask(ctx, fmt.Sprintf("Remove SSM parameter %s, %s? (y/N) ", held.Name, shown(removed.Boundary)))
		if err != nil {
			return err
		}
		if !slices.Contains([]string{"y", "yes"}, strings.ToLower(answer)) {
			return errors.New("nothing was removed")
		}
	}
	if err := store.Remove(ctx, held); err != nil {
		return err
	}
	if k.yes {
		k.say("hint", "%s", consequence)
	}
	return k.print(removed, fmt.Sprintf("removed environment %s: %s (SSM parameter %s)", name, shown(removed.Boundary), held.Name))
}

// consequence says what becomes of the stacks of a removed environment.
func (k *keeper) consequence(removed removal, next registry.Parameter) string {
	whose := "environment " + removed.Environment
	if removed.Environment == registry.DefaultName {
		whose = "environments without a boundary of their own"
	}
	if k.project != "" {
		whose += " in project " + k.project
	}
	fate := "will be refused"
	switch boundary := known(next.Value); {
	case next.Name == "":
	case boundary == "":
		fate += fmt.Sprintf(" (SSM parameter %s holds no boundary)", next.Name)
	case boundary == "none":
		fate = fmt.Sprintf("will have no boundary (SSM parameter %s says none)", next.Name)
	default:
		fate = fmt.Sprintf("will get %s (SSM parameter %s)", boundary, next.Name)
	}
	return fmt.Sprintf("stacks of %s %s when they are next deployed", whose, fate)
}

// next returns the SSM parameter that answers for an environment once its own is gone; it is empty where
// none does.
func (k *keeper) next(ctx context.Context, store registry.Store, name string) (registry.Parameter, error) {
	chain := registry.Names(k.prefix, k.named(name))[1:]
	if len(chain) == 0 {
		return registry.Parameter{}, nil
	}
	values, err := store.Values(ctx, chain)
	if err != nil {
		return registry.Parameter{}, err
	}
	for _, n := range chain {
		if value, exists := values[n]; exists {
			return registry.Parameter{Name: n, Value: value}, nil
		}
	}
	return registry.Parameter{}, nil
}
