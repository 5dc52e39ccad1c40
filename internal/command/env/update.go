package env

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// change is the result of an update.
type change struct {
	command.Entry
	Previous string `json:"previous"` // what boundary was before
	Changed  bool   `json:"changed"`  // whether anything was written
}

func newEnvUpdate(streams command.IO) *cobra.Command {
	o := &command.Options{IO: streams}
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
  amplify-boundary env update --permissions-boundary none`,
		Args:              command.Count("one NAME or none", 0, 1),
		ValidArgsFunction: o.CompleteEnvironment,
		RunE: func(cmd *cobra.Command, arguments []string) error {
			name, err := command.EnvironmentArgument(arguments)
			if err != nil {
				return err
			}
			ctx := cmd.Context()
			return o.Run(ctx, command.Writing, func(s *command.Session) error {
				stored, err := s.Existing(ctx, name)
				if err != nil {
					return err
				}
				var value boundary.Value
				if cmd.Flags().Changed(command.BoundaryFlag) {
					value, err = s.Parse(name, text)
				} else {
					value, err = askNewBoundary(ctx, s, name, stored)
				}
				if err != nil {
					return err
				}
				changed, err := runUpdate(ctx, s, name, stored, value)
				if changed && cmd.Flags().Changed(command.BoundaryFlag) {
					s.WarnOfEmpty(name, text)
				}
				return err
			})
		},
	}
	o.AddFlags(cmd)
	o.AddYesFlag(cmd)
	command.AddBoundaryFlag(cmd, &text)
	return cmd
}

// askNewBoundary asks for another boundary.
func askNewBoundary(ctx context.Context, s *command.Session, name string, stored registry.Parameter) (boundary.Value, error) {
	if s.Yes || !s.Terminal {
		return boundary.Value{}, fmt.Errorf("which boundary is environment %s to have? Give --%s ARN, or --%s none", name, command.BoundaryFlag, command.BoundaryFlag)
	}
	for {
		choice := "an ARN, or none; an empty answer asks again"
		if present := command.BoundaryOrEmpty(stored.Value); present != "" {
			choice = "an ARN, none, or empty to keep " + present
		}
		text, err := s.Ask(ctx, fmt.Sprintf("Permissions boundary of environment %s (%s): ", name, choice))
		if err != nil {
			return boundary.Value{}, err
		}
		var value boundary.Value
		if text == "" {
			value, err = boundary.Parse(stored.Value)
		} else {
			value, err = s.Parse(name, text)
		}
		if err == nil {
			return value, nil
		}
		s.Say("error", "%v", err)
	}
}

// runUpdate gives an environment another boundary, and says what that means. It reports whether that was a
// change.
func runUpdate(ctx context.Context, s *command.Session, name string, stored registry.Parameter, value boundary.Value) (changed bool, err error) {
	result := change{Entry: s.Entry(name, value), Previous: command.BoundaryOrEmpty(stored.Value)}
	if result.Previous == result.Boundary {
		return false, s.Print(result, fmt.Sprintf("environment %s keeps %s (SSM parameter %s)", name, result.Boundary, result.Parameter))
	}
	s.Inspect(ctx, name, value)
	version, err := s.Store.Replace(ctx, stored, value.String())
	if err != nil {
		return false, err
	}
	result.Changed = true
	if version != stored.NextVersion() {
		s.Say("warning", "somebody else wrote SSM parameter %s at the same time: this change is version %d, and %d was expected; see: %s",
			result.Parameter, version, stored.NextVersion(), s.Hint("history", name))
	}
	line := fmt.Sprintf("environment %s: %s, was %s (SSM parameter %s)", name, result.Boundary, command.Display(result.Previous), result.Parameter)
	if err := s.PrintWritten(fmt.Sprintf("SSM parameter %s was written", result.Parameter), result, line); err != nil {
		return true, err
	}
	s.Say("hint", "the change takes effect when each stack is next deployed; CloudFormation runs the macro again even for an unchanged template")
	if previous, err := boundary.Parse(stored.Value); err == nil && !previous.IsNone() {
		s.Say("hint", "keep policy %s until every stack has been deployed: a rollback that needs a deleted one ends in UPDATE_ROLLBACK_FAILED", previous)
	}
	return true, nil
}
