package env

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
)

type change struct {
	command.Entry
	Previous string `json:"previous"` // the boundary before; empty if the SSM parameter did not hold one
	Changed  bool   `json:"changed"`  // whether anything was written
}

func newUpdate(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "update [NAME]",
		Short: "Change the boundary of an environment",
		Long: `NAME is by default the environment that is checked out in the Amplify project
around the working directory. Without --permissions-boundary, the command asks.
--impact first shows what roles would lose, and asks if anything is lost
(without a terminal, it exits with 3). The change takes effect when each stack
is next deployed: keep the old policy until then.`,
		Example: `  amplify-boundary env update dev --registry events/boundaries.json \
    --permissions-boundary arn:aws:iam::123456789012:policy/boundaries/dev-2`,
		Args: command.Count("at most one NAME", 0, 1),
	}
	flags := newFlags(io, cmd)
	flags.AddYes(cmd)
	given := newBoundaryFlag(cmd)
	flags.Current = requiredEnvironment
	cmd.ValidArgsFunction = flags.Registry.CompleteEnvironment
	cmd.RunE = flags.RunFor(command.Writing, validateName, func(ctx context.Context, s *command.Session, name string) error {
		stored, err := existing(ctx, s, name)
		if err != nil {
			return err
		}
		previous, _ := boundary.Parse(stored.Value)
		var value boundary.Value
		if given.isGiven() {
			value, err = parse(s, name, given.text)
		} else {
			value, err = ask(ctx, s, name, previous)
		}
		if err != nil {
			return err
		}
		result := change{Entry: newEntry(s, name, value), Previous: previous.String()}
		if result.Previous == result.Boundary {
			return s.Print(result, fmt.Sprintf("environment %s keeps %s (SSM parameter %s)", name, result.Boundary, result.Parameter))
		}
		if err := given.loss.Check(ctx, s, name, value); err != nil {
			return err
		}
		inspect(ctx, s, name, value)
		if err := s.Replace(ctx, stored, value.String()); err != nil {
			return err
		}
		result.Changed = true
		line := fmt.Sprintf("environment %s: %s, was %s (SSM parameter %s)", name, result.Boundary, command.Display(result.Previous), result.Parameter)
		if err := s.PrintStored(result.Parameter, result, line); err != nil {
			return err
		}
		s.Say("hint", "the change takes effect when each stack is next deployed; CloudFormation runs the macro again even for an unchanged template")
		if result.Previous != "" && !previous.IsNone() {
			s.Say("hint", "keep policy %s until every stack has been deployed: a rollback that needs a deleted policy ends in UPDATE_ROLLBACK_FAILED", previous)
		}
		s.HintEvaluation()
		warnOfEmpty(s, name, given)
		return nil
	})
	return cmd
}
