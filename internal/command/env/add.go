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

func newInit(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "init ENVIRONMENT",
		Short: "Add the first environment and its boundary",
		Long: `Without --permissions-boundary, the command asks. A boundary is the ARN of a
policy in the environment's account, or of an AWS managed policy. It can use the
placeholders ${AWS::Partition}, ${AWS::AccountId}, ${AWS::Region},
${Environment}, and ${Project}, so that one value serves many accounts.`,
		Example: `  amplify-boundary init demo --registry events/boundaries.json \
    --permissions-boundary arn:aws:iam::123456789012:policy/boundaries/demo`,
		Args: command.OneArgument("ENVIRONMENT"),
	}
	flags := newFlags(io, cmd)
	flags.AddYes(cmd)
	flags.Creates(cmd)
	given := newBoundaryFlag(cmd)
	validate := func(name string) error {
		if name == registry.DefaultName {
			return fmt.Errorf("%s is not an environment; add it with: %s", name, flags.Registry.Hint("add", name))
		}
		return command.ValidateEnvironment(name)
	}
	cmd.RunE = flags.RunFor(command.Writing, validate, func(ctx context.Context, s *command.Session, name string) error {
		return add(ctx, s, name, given, func() (boundary.Value, error) { return ask(ctx, s, name, boundary.Value{}) })
	})
	return cmd
}

func newAdd(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "add NAME",
		Short: "Add an environment, with the boundary of the current one",
		Long: `Without --permissions-boundary, it inherits the boundary of --from, or of the
environment that is checked out in the Amplify project around the working
directory. --impact first shows what roles would lose, and asks if anything is
lost; without a terminal, the command then exits with 3, unless --accept-loss is
given. NAME can be _default, for environments without a boundary of their own.`,
		Example: "  amplify-boundary env add test --from dev --registry events/boundaries.json",
		Args:    command.OneArgument("NAME"),
	}
	flags := newFlags(io, cmd)
	flags.AddYes(cmd)
	flags.Creates(cmd)
	given := newBoundaryFlag(cmd)
	var from string
	cmd.Flags().StringVar(&from, "from", "", "inherit the boundary of `ENVIRONMENT`")
	command.CompleteFlag(cmd, "from", flags.Registry.CompleteEnvironmentFlag)
	cmd.RunE = flags.RunFor(command.Writing, validateName, func(ctx context.Context, s *command.Session, name string) error {
		var inherited string
		err := add(ctx, s, name, given, func() (value boundary.Value, err error) {
			value, inherited, err = inherit(ctx, s, name, from)
			return value, err
		})
		if err == nil && inherited != "" {
			s.Say("", "environment %s inherits %s", name, inherited)
			s.Say("hint", "to change it: %s", flags.Registry.Hint("update", name))
		}
		return err
	})
	return cmd
}

// add writes a new environment and prints it. Its boundary is the one that the command line gives, otherwise the one
// that choose returns.
func add(ctx context.Context, s *command.Session, name string, given *boundaryFlag, choose func() (boundary.Value, error)) error {
	flags := s.Flags.Registry
	parameter := flags.ParameterName(name)
	exists := fmt.Errorf("environment %s exists already (SSM parameter %s); change it with: %s", name, parameter, flags.Hint("update", name))
	if _, found, err := s.Store.Parameter(ctx, parameter); err != nil {
		return err
	} else if found {
		return exists
	}
	if given.isGiven() {
		choose = func() (boundary.Value, error) { return parse(s, name, given.text) }
	}
	value, err := choose()
	if err != nil {
		return err
	}
	if err := given.loss.Check(ctx, s, name, value); err != nil {
		return err
	}
	inspect(ctx, s, name, value)
	_, err = s.Store.Write(ctx, registry.Write{Name: parameter, Value: value.String()})
	if errors.Is(err, registry.ErrExists) {
		return exists
	}
	if err != nil {
		return err
	}
	added := newEntry(s, name, value)
	if err := s.PrintStored(parameter, added, fmt.Sprintf("environment %s: %s (SSM parameter %s)", name, value, parameter)); err != nil {
		return err
	}
	warnOfEmpty(s, name, given)
	return nil
}

// inherit returns the boundary that is inherited, and words for it and its source. If none can be used, it says why,
// asks for one, and returns no words.
func inherit(ctx context.Context, s *command.Session, name, from string) (value boundary.Value, words string, err error) {
	flags, current, what := s.Flags.Registry, from, "--from"
	if from == "" {
		if current, err = currentEnvironment(); err != nil {
			return value, "", err
		}
		what = "the current environment of the Amplify project"
	}
	if current == "" {
		s.Say("warning", "no current environment to inherit a boundary from (neither --from nor an Amplify project)")
		value, err = ask(ctx, s, name, value)
		return value, "", err
	}
	if current != registry.DefaultName {
		if err := command.ValidateName(what, current); err != nil {
			return value, "", err
		}
	}
	entry, err := registry.Lookup(ctx, s.Store, flags.Prefix, flags.InProject(current))
	if missing := (*registry.NotFoundError)(nil); errors.As(err, &missing) && from == "" {
		s.Say("warning", "environment %s, the current one of the Amplify project, has no boundary in the registry", current)
	} else if err != nil {
		return value, "", flags.Advise(err)
	} else if err := usable(ctx, s, name, entry.Value); err != nil {
		s.Say("warning", "environment %s cannot inherit %s from environment %s: %v", name, entry.Value, current, err)
	} else {
		return entry.Value, fmt.Sprintf("%s from environment %s (SSM parameter %s)", entry.Value, current, entry.Name), nil
	}
	value, err = ask(ctx, s, name, value)
	return value, "", err
}

// usable fails if the boundary of another environment cannot be this one's. Only if IAM says that the policy does not
// exist is it unusable: after any other error, [inspect] warns.
func usable(ctx context.Context, s *command.Session, name string, value boundary.Value) error {
	if _, err := parse(s, name, value.String()); err != nil {
		return err
	}
	if _, _, err := findPolicy(ctx, s, name, value); errors.Is(err, account.ErrNoPolicy) {
		return err
	}
	return nil
}
