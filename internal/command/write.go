package command

import (
	"context"
	"fmt"

	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/registry"
)

// Stored reads an SSM parameter that must exist; missing is the error if it does not.
func (s *Session) Stored(ctx context.Context, name string, missing error) (registry.Parameter, error) {
	stored, found, err := s.Store.Parameter(ctx, name)
	if err == nil && !found {
		err = missing
	}
	return stored, err
}

// Replace writes another value to an SSM parameter. It warns if another writer changed that since it was read.
func (s *Session) Replace(ctx context.Context, stored registry.Parameter, value string) error {
	version, err := s.Store.Write(ctx, registry.Write{Name: stored.Name, Value: value, Read: &stored})
	if err == nil && version != stored.NextVersion() {
		s.Say("warning", "another writer changed SSM parameter %s at the same time: this change is version %d, and %d was expected", stored.Name, version, stored.NextVersion())
	}
	return err
}

// PrintStored prints the result of a command that has written an SSM parameter.
func (s *Session) PrintStored(parameter string, result any, lines ...string) error {
	return s.PrintWritten(fmt.Sprintf("SSM parameter %s was written", parameter), result, lines...)
}

// HintEvaluation says how the AWS Config rule evaluates roles by what was written, before it does so by itself.
func (s *Session) HintEvaluation() {
	if s.Flags.Registry.File == "" {
		s.Say("hint", "an AWS Config rule evaluates all roles again within a day, or at once by: aws configservice start-config-rules-evaluation --config-rule-names %s", guard.RuleName)
	}
}

// Removal is what a command is about to remove from the registry.
type Removal struct {
	Thing       string // in words, with its value
	Consequence string
	Result      any
}

// Remove removes an SSM parameter once that is confirmed, and prints the result. If nobody was asked, it says what
// follows.
func (s *Session) Remove(ctx context.Context, stored registry.Parameter, r Removal) error {
	err := s.Confirm(ctx, Confirmation{
		Consequence: r.Consequence, Advice: "give --yes to remove SSM parameter " + stored.Name,
		Question: fmt.Sprintf("Remove %s (SSM parameter %s)?", r.Thing, stored.Name), Refusal: "nothing was removed",
	})
	if err != nil {
		return err
	}
	if err := s.Store.Remove(ctx, stored); err != nil {
		return err
	}
	line := fmt.Sprintf("removed %s (SSM parameter %s)", r.Thing, stored.Name)
	if err := s.PrintWritten(fmt.Sprintf("SSM parameter %s was removed", stored.Name), r.Result, line); err != nil {
		return err
	}
	if s.Flags.Yes {
		s.Say("hint", "%s", r.Consequence)
	}
	return nil
}
