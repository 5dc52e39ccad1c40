package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// fixed is the result of account set.
type fixed struct {
	command.Fixing
	Previous string `json:"previous"` // the environment that the account was fixed to before; empty for none
	Changed  bool   `json:"changed"`  // whether anything was written
}

func newAccountSet(streams command.IO) *cobra.Command {
	o := &command.Options{IO: streams}
	cmd := &cobra.Command{
		Use:   "set ID ENVIRONMENT",
		Short: "Fix an account to an environment",
		Long: `Fix an account to an environment, which must exist and have a boundary, or none, that can
hold in the account. An account that is fixed to another environment is fixed to this one
after a question, or with --yes.`,
		Example: `  amplify-boundary account set 210987654321 prod
  amplify-boundary account set 210987654321 test --yes`,
		Args:              command.Count("an account's ID and the name of an ENVIRONMENT", 2, 2),
		ValidArgsFunction: o.CompleteAccountSet,
		RunE: func(cmd *cobra.Command, arguments []string) error {
			id, environment := arguments[0], arguments[1]
			if err := errors.Join(validateAccountID(id), command.ValidateEnvironment(environment)); err != nil {
				return err
			}
			ctx := cmd.Context()
			return o.Run(ctx, command.Listing, func(s *command.Session) error { return runAccountSet(ctx, s, id, environment) })
		},
	}
	addAccountFlags(o, cmd)
	o.AddYesFlag(cmd)
	return cmd
}

// runAccountSet fixes an account to an environment, unless it is already.
func runAccountSet(ctx context.Context, s *command.Session, id, environment string) error {
	available, err := readFixable(ctx, s, environment)
	if err != nil {
		return err
	}
	if len(available[environment]) == 0 {
		return missingEnvironment(s, environment)
	}
	if err := available.holds(environment, boundary.Scope{AccountID: id, Region: s.Where.Region}); err != nil {
		return fmt.Errorf("environment %s cannot be that of account %s: %w", environment, id, s.Advise(err))
	}
	if available.isUnbounded(environment) {
		s.Say("warning", "environment %s has no boundary: roles of the account's stacks get none", environment)
	}
	name := registry.AccountName(s.Prefix, id)
	stored, found, err := s.Store.Parameter(ctx, name)
	if err != nil {
		return err
	}
	result := fixed{Fixing: command.Fixing{Account: id, Environment: environment, Parameter: name}}
	if !found {
		return fix(s, result, func() error { return s.Store.Add(ctx, name, environment) })
	}
	before, _ := s.FixedTo(id, stored.Value)
	result.Previous = before.Environment
	if before.Environment == environment {
		return s.Print(result, fmt.Sprintf("account %s keeps environment %s (SSM parameter %s)", id, environment, name))
	}
	if err := confirmMove(ctx, s, before, environment); err != nil {
		return err
	}
	return fix(s, result, func() error { return moved(ctx, s, stored, environment) })
}

// moved gives an account's SSM parameter another environment. It warns where somebody else wrote it meanwhile.
func moved(ctx context.Context, s *command.Session, stored registry.Parameter, environment string) error {
	version, err := s.Store.Replace(ctx, stored, environment)
	if err == nil && version != stored.NextVersion() {
		s.Say("warning", "somebody else wrote SSM parameter %s at the same time: this change is version %d, and %d was expected", stored.Name, version, stored.NextVersion())
	}
	return err
}

// fix writes what account set is for, and prints it.
func fix(s *command.Session, result fixed, write func() error) error {
	err := write()
	if errors.Is(err, registry.ErrExists) {
		err = fmt.Errorf("%w: somebody has just written it; see: %s", err, s.ShowAccount(result.Account))
	}
	if err != nil {
		return err
	}
	result.Changed = true
	line := fmt.Sprintf("account %s: environment %s (SSM parameter %s)", result.Account, result.Environment, result.Parameter)
	if result.Previous != "" {
		line = fmt.Sprintf("account %s: environment %s, was %s (SSM parameter %s)", result.Account, result.Environment, result.Previous, result.Parameter)
	}
	if err := s.PrintWritten(fmt.Sprintf("SSM parameter %s was written", result.Parameter), result, line); err != nil {
		return err
	}
	s.Say("hint", "it holds for each stack of the account when it is next deployed; a template that names another environment is refused then")
	return nil
}

// confirmMove asks whether to fix an account to another environment than it is fixed to, unless --yes says so.
func confirmMove(ctx context.Context, s *command.Session, before command.Fixing, environment string) error {
	consequence := fmt.Sprintf("account %s is fixed to another environment: %s (SSM parameter %s)", before.Account, before.EnvironmentOrNone(), before.Parameter)
	return s.Confirm(ctx, consequence, fmt.Sprintf("give --yes to fix it to %s", environment),
		fmt.Sprintf("Fix account %s to environment %s?", before.Account, environment), "nothing was written")
}
