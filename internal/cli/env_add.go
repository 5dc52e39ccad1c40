package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/account"
	"amplify-boundary/internal/amplify"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
)

func newEnvAdd(streams IO) *cobra.Command {
	var k *keeper
	var text, from, fromProfile, fromRegion string
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Add an environment; it inherits the boundary of the current one",
		Long: `Add an environment. Without --permissions-boundary it inherits the boundary of the
current environment: that of --from, or the one that is checked out in the Amplify
project around the working directory. A boundary is inherited only if it can be used
in the new environment's account, as it stands in the registry: placeholders stay
placeholders. Where it cannot, the command asks for one; with --yes, or without a terminal,
it fails and asks for --permissions-boundary.

The environment _default answers for environments that are not named.`,
		Example: `  amplify-boundary env add prod --permissions-boundary arn:aws:iam::123456789012:policy/boundaries/prod
  amplify-boundary env add test --from dev
  amplify-boundary env add prod --profile prod-account --from dev --from-profile dev-account`,
		Args: oneArgument("NAME"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			name := arguments[0]
			if err := k.checkParameter(name); err != nil {
				return err
			}
			ctx := cmd.Context()
			p, err := k.open(ctx)
			if err != nil {
				return err
			}
			if err := k.checkNew(ctx, p, name); err != nil {
				return err
			}
			var value boundary.Value
			inherited := ""
			if cmd.Flags().Changed(boundaryFlag) {
				value, err = k.read(p, name, text)
			} else {
				value, inherited, err = k.inherit(ctx, p, name, from, k.from.elsewhere(fromProfile, fromRegion))
			}
			if err != nil {
				return err
			}
			if err := k.add(ctx, p, name, value); err != nil {
				return err
			}
			if inherited != "" {
				k.say("", "%s", inherited)
				k.say("hint", "to change it: %s", k.hint("update", name))
			}
			return nil
		},
	}
	k = newKeeper(streams, cmd)
	addBoundaryFlag(cmd, &text)
	flags := cmd.Flags()
	flags.StringVar(&from, "from", "", "inherit the boundary of `ENVIRONMENT`")
	flags.StringVar(&fromProfile, "from-profile", "", "AWS `PROFILE` for the registry that holds it (default: --profile)")
	flags.StringVar(&fromRegion, "from-region", "", "AWS `REGION` of the registry that holds it (default: --region)")
	return cmd
}

// inherit returns the boundary of the current environment and says so, or asks for one where there is none
// that can be used.
func (k *keeper) inherit(ctx context.Context, p site, name, from string, origin connection) (value boundary.Value, inherited string, err error) {
	current, entry, err := k.current(ctx, from, origin)
	if err != nil {
		return boundary.Value{}, "", err
	}
	switch {
	case current == "":
		k.say("warning", "there is no current environment to inherit a boundary from (neither --from nor an Amplify project)")
		value, err = k.askBoundary(ctx, p, name)
		return value, "", err
	case entry.Name == "":
		k.say("warning", "environment %s, the current one of the Amplify project, has no boundary in the registry", current)
		value, err = k.askBoundary(ctx, p, name)
		return value, "", err
	}
	if err := k.usable(ctx, p, name, entry.Value); err != nil {
		k.say("warning", "environment %s cannot inherit %s from environment %s: %v", name, entry.Value, current, err)
		value, err = k.askBoundary(ctx, p, name)
		return value, "", err
	}
	return entry.Value, fmt.Sprintf("environment %s inherits %s from environment %s (SSM parameter %s)", name, entry.Value, current, entry.Name), nil
}

// current returns the current environment and its boundary. Both are empty where there is no current
// environment; the boundary is, where the Amplify project's environment has none in the registry.
func (k *keeper) current(ctx context.Context, from string, origin connection) (string, registry.Entry, error) {
	name, told := from, "--from"
	if name == "" {
		var err error
		if name, err = currentAmplifyEnvironment(); err != nil || name == "" {
			return "", registry.Entry{}, err
		}
		told = "the current environment of the Amplify project"
	}
	if name != registry.DefaultName {
		if err := checkName(told, name); err != nil {
			return "", registry.Entry{}, err
		}
	}
	store, err := origin.store(ctx)
	if err != nil {
		return "", registry.Entry{}, err
	}
	entry, err := registry.Lookup(ctx, store, k.prefix, environment.Environment{Name: name, Project: k.project})
	if missing := (*registry.NotFoundError)(nil); errors.As(err, &missing) && from == "" {
		return name, registry.Entry{}, nil
	}
	return name, entry, err
}

// currentAmplifyEnvironment returns the environment that is checked out in the Amplify project around
// the working directory; empty where there is none.
func currentAmplifyEnvironment() (string, error) {
	project, err := amplify.Find(".")
	if errors.Is(err, amplify.ErrNoProject) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return project.CurrentEnvironment()
}

// usable fails where a boundary of another environment cannot be that of this one. An error of IAM other
// than that there is no such policy says nothing: it is in favour of the boundary, and inspect warns of it.
func (k *keeper) usable(ctx context.Context, p site, name string, value boundary.Value) error {
	entry, err := registry.NewEntry(k.prefix, k.parameterName(name), value)
	if err != nil {
		return err
	}
	scope := k.scope(p, name)
	if err := entry.Value.Check(scope); err != nil || value.IsNone() || p.policies == nil {
		return err
	}
	arn, err := value.Resolve(scope)
	if err != nil {
		return nil // it uses names that only templates tell
	}
	if _, err := p.policies.Find(ctx, arn); errors.Is(err, account.ErrNoPolicy) {
		return err
	}
	return nil
}

// askBoundary asks for the boundary of a new environment.
func (k *keeper) askBoundary(ctx context.Context, p site, name string) (boundary.Value, error) {
	if k.yes || !k.Terminal {
		return boundary.Value{}, fmt.Errorf("environment %s needs a boundary; give --%s ARN, or --%s '' for none", name, boundaryFlag, boundaryFlag)
	}
	for {
		text, err := k.ask(ctx, fmt.Sprintf("Permissions boundary of environment %s (an ARN, or none): ", name))
		if err != nil {
			return boundary.Value{}, err
		}
		if text == "" {
			continue
		}
		value, err := k.read(p, name, text)
		if err == nil {
			return value, nil
		}
		k.say("error", "%v", err)
	}
}
