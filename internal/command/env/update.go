package env

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// change is the result of env update.
type change struct {
	command.Entry
	Previous string `json:"previous"` // the boundary before; empty if the SSM parameter did not hold one
	Changed  bool   `json:"changed"`  // whether anything was written
}

func newUpdate(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "update [NAME]",
		Short: "Change the boundary of an environment",
		Long: `Change the boundary of an environment, by default of the one that is checked out in the
Amplify project around the working directory. Without --permissions-boundary the command
asks; there, an empty answer keeps the boundary and none removes it. With --yes, or without
a terminal, it fails.

The change takes effect when each stack is next deployed. The old policy must stay until
then.`,
		Example: `  amplify-boundary env update dev --permissions-boundary arn:aws:iam::123456789012:policy/boundaries/dev-2
  amplify-boundary env update --permissions-boundary none`,
		Args: command.Count("one NAME or none", 0, 1),
	}
	flags := newFlags(io, cmd)
	flags.AddYes(cmd)
	command.Writes(cmd)
	var given boundaryFlag
	given.addTo(cmd)
	cmd.ValidArgsFunction = flags.Registry.CompleteEnvironment
	cmd.RunE = func(cmd *cobra.Command, arguments []string) error {
		name, err := command.EnvironmentArgument(arguments)
		if err != nil {
			return err
		}
		return runUpdate(cmd.Context(), io, *flags, name, given)
	}
	return cmd
}

func runUpdate(ctx context.Context, io command.IO, flags command.ManageFlags, name string, given boundaryFlag) error {
	s, err := flags.Open(ctx, io, command.Writing)
	if err != nil {
		return err
	}
	stored, err := existing(ctx, s, name)
	if err != nil {
		return err
	}
	if !given.isGiven {
		before, err := boundary.Parse(stored.Value)
		value, err := ask(ctx, s, name, before, err == nil)
		if err != nil {
			return err
		}
		_, err = update(ctx, s, name, stored, value)
		return err
	}
	value, err := parse(s, name, given.text)
	if err != nil {
		return err
	}
	changed, err := update(ctx, s, name, stored, value)
	if changed {
		warnOfEmpty(s, name, given)
	}
	return err
}

// update gives an environment another boundary, and says what follows. It reports whether that was a change.
func update(ctx context.Context, s *command.Session, name string, stored registry.Parameter, value boundary.Value) (changed bool, err error) {
	result := change{Entry: newEntry(s, name, value), Previous: command.BoundaryOrEmpty(stored.Value)}
	if result.Previous == result.Boundary {
		return false, s.Print(result, fmt.Sprintf("environment %s keeps %s (SSM parameter %s)", name, result.Boundary, result.Parameter))
	}
	inspect(ctx, s, name, value)
	version, err := s.Store.Replace(ctx, stored, value.String())
	if err != nil {
		return false, err
	}
	result.Changed = true
	if version != stored.NextVersion() {
		s.Say("warning", "another writer changed SSM parameter %s at the same time: this change is version %d, and %d was expected; see: %s",
			result.Parameter, version, stored.NextVersion(), s.Flags.Registry.Hint("history", name))
	}
	line := fmt.Sprintf("environment %s: %s, was %s (SSM parameter %s)", name, result.Boundary, command.Display(result.Previous), result.Parameter)
	if err := s.PrintWritten(fmt.Sprintf("SSM parameter %s was written", result.Parameter), result, line); err != nil {
		return true, err
	}
	s.Say("hint", "the change takes effect when each stack is next deployed; CloudFormation runs the macro again even for an unchanged template")
	if previous, err := boundary.Parse(stored.Value); err == nil && !previous.IsNone() {
		s.Say("hint", "keep policy %s until every stack has been deployed: a rollback that needs a deleted policy ends in UPDATE_ROLLBACK_FAILED", previous)
	}
	return true, nil
}
