package env

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// addFlags are the flags of env add.
type addFlags struct {
	manage *command.ManageFlags
	given  boundaryFlag
	from   source
}

// source is where a boundary is inherited from.
type source struct {
	environment string // empty: the current one of the Amplify project
	profile     string // empty: the command's own
	region      string // empty: the command's own
}

func newAdd(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Add an environment, with the boundary of the current one",
		Long: `Add an environment. Without --permissions-boundary it inherits the boundary of the current
environment: that of --from, or the one that is checked out in the Amplify project around
the working directory. Placeholders stay placeholders. If the boundary cannot be used in
the new environment's account, the command asks for another; with --yes, or without a
terminal, it fails.

The environment _default applies to environments that have no SSM parameter of their own.`,
		Example: `  amplify-boundary env add prod --permissions-boundary arn:aws:iam::123456789012:policy/boundaries/prod
  amplify-boundary env add test --from dev
  amplify-boundary env add prod --profile prod-account --from dev --from-profile dev-account`,
		Args: command.OneArgument("NAME"),
	}
	flags := &addFlags{manage: newFlags(io, cmd)}
	command.Writes(cmd)
	flags.manage.AddYes(cmd)
	flags.given.addTo(cmd)
	cmd.Flags().StringVar(&flags.from.environment, "from", "", "inherit the boundary of `ENVIRONMENT`")
	command.CompleteFlag(cmd, "from", flags.manage.Registry.CompleteEnvironmentFlag)
	cmd.Flags().StringVar(&flags.from.profile, "from-profile", "", "AWS `PROFILE` for the registry that has it (default: --profile)")
	cmd.Flags().StringVar(&flags.from.region, "from-region", "", "AWS `REGION` of the registry that has it (default: --region)")
	cmd.RunE = func(cmd *cobra.Command, arguments []string) error {
		return runAdd(cmd.Context(), io, *flags, arguments[0])
	}
	return cmd
}

func runAdd(ctx context.Context, io command.IO, flags addFlags, name string) error {
	if err := command.ValidateParameterName(name); err != nil {
		return err
	}
	s, err := flags.manage.Open(ctx, io, command.Writing)
	if err != nil {
		return err
	}
	if flags.given.isGiven {
		return addGiven(ctx, s, name, flags.given)
	}
	if err := refuseExisting(ctx, s, name); err != nil {
		return err
	}
	value, from, err := inherit(ctx, s, name, flags.from)
	if err != nil {
		return err
	}
	if err := add(ctx, s, name, value); err != nil {
		return err
	}
	if from != "" {
		s.Say("", "environment %s inherits %s from %s", name, value, from)
		s.Say("hint", "to change it: %s", flags.manage.Registry.Hint("update", name))
	}
	return nil
}

// inherit returns the boundary that is inherited, and from where. If none can be used, it says why and asks for one.
func inherit(ctx context.Context, s *command.Session, name string, from source) (value boundary.Value, where string, err error) {
	current, entry, err := inheritable(ctx, s, from)
	if err != nil {
		return boundary.Value{}, "", err
	}
	switch {
	case current == "":
		s.Say("warning", "no current environment to inherit a boundary from (neither --from nor an Amplify project)")
	case entry.Name == "":
		s.Say("warning", "environment %s, the current one of the Amplify project, has no boundary in the registry", current)
	default:
		err := usable(ctx, s, name, entry.Value)
		if err == nil {
			return entry.Value, fmt.Sprintf("environment %s (SSM parameter %s)", current, entry.Name), nil
		}
		s.Say("warning", "environment %s cannot inherit %s from environment %s: %v", name, entry.Value, current, err)
	}
	value, err = ask(ctx, s, name, boundary.Value{}, false)
	return value, "", err
}

// inheritable returns the environment that is inherited from, if there is one, and its boundary. The boundary is empty
// if the Amplify project's environment has none in the registry.
func inheritable(ctx context.Context, s *command.Session, from source) (string, registry.Entry, error) {
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
	other := s.Flags.Registry
	other.Profile, other.Region = cmp.Or(from.profile, other.Profile), cmp.Or(from.region, other.Region)
	c, err := other.Connect(ctx)
	if err != nil {
		return "", registry.Entry{}, err
	}
	entry, err := registry.Lookup(ctx, c.Store(), other.Prefix, other.InProject(name))
	if missing := (*registry.NotFoundError)(nil); errors.As(err, &missing) && from.environment == "" {
		return name, registry.Entry{}, nil
	}
	return name, entry, other.Advise(err)
}

// usable fails if the boundary of another environment cannot be this one's. Only if IAM says that the policy does not
// exist is it unusable: after any other error, [inspect] warns.
func usable(ctx context.Context, s *command.Session, name string, value boundary.Value) error {
	flags := s.Flags.Registry
	entry, err := registry.NewEntry(flags.Prefix, flags.ParameterName(name), value)
	if err != nil {
		return err
	}
	if err := entry.Value.Check(scope(s, name)); err != nil || value.IsNone() {
		return err
	}
	arn, err := value.Resolve(scope(s, name))
	if err != nil {
		return nil // it has placeholders that only templates resolve
	}
	if _, err := s.Policies.Find(ctx, arn); errors.Is(err, account.ErrNoPolicy) {
		return err
	}
	return nil
}
