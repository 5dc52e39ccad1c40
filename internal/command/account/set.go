package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

type setAccount struct {
	command.FixedAccount
	Previous string `json:"previous"` // the environment that the account was fixed to before; empty for none
	Changed  bool   `json:"changed"`  // whether anything was written
}

func newSet(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "set ID ENVIRONMENT",
		Short: "Fix an account to an environment",
		Long: `The environment must exist, with a boundary, or none, that can hold in the
account. If the account is fixed to another environment, the command asks first,
unless --yes is given.`,
		Example: `  amplify-boundary account set 210987654321 stage \
    --registry events/boundaries.json`,
		Args: command.Count("an account's ID and the name of an ENVIRONMENT", 2, 2),
	}
	flags := newFlags(io, cmd)
	flags.AddYes(cmd)
	cmd.ValidArgsFunction = func(cmd *cobra.Command, arguments []string, word string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(arguments) == 1 {
			return flags.Registry.CompleteEnvironment(cmd, nil, word)
		}
		return flags.Registry.CompleteAccount(cmd, arguments, word)
	}
	cmd.RunE = func(cmd *cobra.Command, arguments []string) error {
		id, environment := arguments[0], arguments[1]
		if err := errors.Join(validateID(id), command.ValidateEnvironment(environment)); err != nil {
			return err
		}
		return flags.Run(command.Listing, func(ctx context.Context, s *command.Session) error { return runSet(ctx, s, id, environment) })(cmd, nil)
	}
	return cmd
}

func runSet(ctx context.Context, s *command.Session, id, environment string) error {
	prefix := s.Flags.Registry.Prefix
	parameters, err := s.Store.List(ctx, prefix)
	if err != nil {
		return err
	}
	existing := environmentsOf(registry.NewSnapshot(prefix, parameters))
	if err := existing.validate(s, id, environment); err != nil {
		return err
	}
	if existing.isUnbounded(environment) {
		s.Say("warning", "environment %s has no boundary: roles of the account's stacks get none", environment)
	}
	result := setAccount{FixedAccount: command.FixedAccount{Account: id, Environment: environment, Parameter: registry.AccountName(prefix, id)}}
	stored, found, err := s.Store.Parameter(ctx, result.Parameter)
	switch {
	case err != nil:
		return err
	case !found:
		_, err = s.Store.Write(ctx, registry.Write{Name: result.Parameter, Value: environment})
	default:
		before, _ := command.NewFixedAccount(prefix, id, stored.Value)
		result.Previous = before.Environment
		if before.Environment == environment {
			return s.Print(result, fmt.Sprintf("account %s keeps environment %s (SSM parameter %s)", id, environment, result.Parameter))
		}
		err = s.Confirm(ctx, command.Confirmation{
			Consequence: fmt.Sprintf("account %s is fixed to another environment: %s (SSM parameter %s)", id, before.Display(), before.Parameter),
			Advice:      "give --yes to fix it to " + environment,
			Question:    fmt.Sprintf("Fix account %s to environment %s?", id, environment),
			Refusal:     "nothing was written",
		})
		if err == nil {
			err = s.Replace(ctx, stored, environment)
		}
	}
	if errors.Is(err, registry.ErrExists) {
		err = fmt.Errorf("%w: another writer added it at the same time; see: %s account show %s", err, command.Program, id)
	}
	if err != nil {
		return err
	}
	result.Changed = true
	line := fmt.Sprintf("account %s: environment %s", id, environment)
	if result.Previous != "" {
		line += ", was " + result.Previous
	}
	if err := s.PrintStored(result.Parameter, result, line+fmt.Sprintf(" (SSM parameter %s)", result.Parameter)); err != nil {
		return err
	}
	s.Say("hint", "it holds for each stack of the account when it is next deployed; a template that names another environment is refused then")
	return nil
}
