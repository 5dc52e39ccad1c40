package env

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// origin is where a new environment's boundary comes from.
type origin struct {
	environment string // empty: the current environment of the Amplify project
	profile     string // whose registry holds it; empty: that of the command
	region      string
}

func newEnvAdd(streams command.IO) *cobra.Command {
	o := &command.Options{IO: streams}
	var text string
	var from origin
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
		Args: command.OneArgument("NAME"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			name := arguments[0]
			if err := command.ValidateParameterName(name); err != nil {
				return err
			}
			ctx := cmd.Context()
			return o.Run(ctx, command.Writing, func(s *command.Session) error {
				if !cmd.Flags().Changed(command.BoundaryFlag) {
					return runAdd(ctx, s, name, from)
				}
				if err := s.AddGiven(ctx, name, text); err != nil {
					return err
				}
				s.WarnOfEmpty(name, text)
				return nil
			})
		},
	}
	o.AddFlags(cmd)
	o.AddYesFlag(cmd)
	command.AddBoundaryFlag(cmd, &text)
	flags := cmd.Flags()
	flags.StringVar(&from.environment, "from", "", "inherit the boundary of `ENVIRONMENT`")
	command.CompleteFlag(cmd, "from", o.CompleteEnvironmentFlag)
	flags.StringVar(&from.profile, "from-profile", "", "AWS `PROFILE` for the registry that holds it (default: --profile)")
	flags.StringVar(&from.region, "from-region", "", "AWS `REGION` of the registry that holds it (default: --region)")
	return cmd
}

// runAdd adds an environment with the boundary of another.
func runAdd(ctx context.Context, s *command.Session, name string, from origin) error {
	if err := s.Missing(ctx, name); err != nil {
		return err
	}
	value, inherited, err := inherit(ctx, s, name, from)
	if err != nil {
		return err
	}
	if err := s.Add(ctx, name, value); err != nil {
		return err
	}
	if inherited != "" {
		s.Say("", "%s", inherited)
		s.Say("hint", "to change it: %s", s.Hint("update", name))
	}
	return nil
}

// inherit returns the boundary of the environment that is inherited from and a line that says so. Where
// there is none that can be used, it asks for one.
func inherit(ctx context.Context, s *command.Session, name string, from origin) (value boundary.Value, inherited string, err error) {
	current, entry, err := inheritable(ctx, s, from)
	if err != nil {
		return boundary.Value{}, "", err
	}
	switch {
	case current == "":
		s.Say("warning", "there is no current environment to inherit a boundary from (neither --from nor an Amplify project)")
		value, err = askBoundary(ctx, s, name)
		return value, "", err
	case entry.Name == "":
		s.Say("warning", "environment %s, the current one of the Amplify project, has no boundary in the registry", current)
		value, err = askBoundary(ctx, s, name)
		return value, "", err
	}
	if err := usable(ctx, s, name, entry.Value); err != nil {
		s.Say("warning", "environment %s cannot inherit %s from environment %s: %v", name, entry.Value, current, err)
		value, err = askBoundary(ctx, s, name)
		return value, "", err
	}
	return entry.Value, fmt.Sprintf("environment %s inherits %s from environment %s (SSM parameter %s)", name, entry.Value, current, entry.Name), nil
}

// inheritable returns the environment that is inherited from and its boundary. Both are empty where there
// is no such environment; the boundary is, where the Amplify project's environment has none in the registry.
func inheritable(ctx context.Context, s *command.Session, from origin) (string, registry.Entry, error) {
	name, what := from.environment, "--from"
	if name == "" {
		var err error
		if name, err = command.CurrentAmplifyEnvironment(); err != nil || name == "" {
			return "", registry.Entry{}, err
		}
		what = "the current environment of the Amplify project"
	}
	if name != registry.DefaultName {
		if err := command.ValidateName(what, name); err != nil {
			return "", registry.Entry{}, err
		}
	}
	source := s
	if from.profile != "" || from.region != "" {
		var err error
		if source, err = s.Elsewhere(from.profile, from.region).Open(ctx, command.Listing); err != nil {
			return "", registry.Entry{}, err
		}
	}
	entry, err := registry.Lookup(ctx, source.Store, s.Prefix, s.InProject(name))
	if missing := (*registry.NotFoundError)(nil); errors.As(err, &missing) && from.environment == "" {
		return name, registry.Entry{}, nil
	}
	return name, entry, source.Advise(err)
}

// usable fails where a boundary of another environment cannot be that of this one. An error of IAM other
// than that there is no such policy says nothing: it is in favour of the boundary, and inspect warns of it.
func usable(ctx context.Context, s *command.Session, name string, value boundary.Value) error {
	entry, err := registry.NewEntry(s.Prefix, s.ParameterName(name), value)
	if err != nil {
		return err
	}
	scope := s.Scope(name)
	if err := entry.Value.Check(scope); err != nil || value.IsNone() {
		return err
	}
	arn, err := value.Resolve(scope)
	if err != nil {
		return nil // it uses names that only templates have
	}
	if _, err := s.Policies.Find(ctx, arn); errors.Is(err, account.ErrNoPolicy) {
		return err
	}
	return nil
}

// askBoundary asks for the boundary of a new environment.
func askBoundary(ctx context.Context, s *command.Session, name string) (boundary.Value, error) {
	if s.Yes || !s.Terminal {
		return boundary.Value{}, fmt.Errorf("environment %s needs a boundary; give --%s ARN, or --%s none", name, command.BoundaryFlag, command.BoundaryFlag)
	}
	for {
		text, err := s.Ask(ctx, fmt.Sprintf("Permissions boundary of environment %s (an ARN, or none; an empty answer asks again): ", name))
		if err != nil {
			return boundary.Value{}, err
		}
		if text == "" {
			continue
		}
		value, err := s.Parse(name, text)
		if err == nil {
			return value, nil
		}
		s.Say("error", "%v", err)
	}
}
