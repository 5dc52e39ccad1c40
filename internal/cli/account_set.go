package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/registry"
)

// fixed is the result of account set.
type fixed struct {
	fixing
	Previous string `json:"previous"` // the environment that the account was fixed to before; empty for none
	Changed  bool   `json:"changed"`  // whether anything was written
}

func newAccountSet(streams IO) *cobra.Command {
	o := &options{IO: streams}
	cmd := &cobra.Command{
		Use:   "set ID ENVIRONMENT",
		Short: "Fix an account to an environment",
		Long: `Fix an account to an environment, which must exist and have a boundary, or none, that can
hold in the account. An account that is fixed to another environment is fixed to this one
after a question, or with --yes.`,
		Example: `  amplify-boundary account set 210987654321 prod
  amplify-boundary account set 210987654321 test --yes`,
		Args:              count("an account's ID and the name of an ENVIRONMENT", 2, 2),
		ValidArgsFunction: o.completeAccountSet,
		RunE: func(cmd *cobra.Command, arguments []string) error {
			id, environment := arguments[0], arguments[1]
			if err := errors.Join(validateAccountID(id), validateEnvironment(environment)); err != nil {
				return err
			}
			ctx := cmd.Context()
			return o.run(ctx, listing, func(s *session) error { return runAccountSet(ctx, s, id, environment) })
		},
	}
	o.addAccountFlags(cmd)
	o.addYesFlag(cmd)
	return cmd
}

// runAccountSet fixes an account to an environment, unless it is already.
func runAccountSet(ctx context.Context, s *session, id, environment string) error {
	available, err := s.fixable(ctx, environment)
	if err != nil {
		return err
	}
	if len(available[environment]) == 0 {
		return s.missingEnvironment(environment)
	}
	if err := available.holds(environment, boundary.Scope{AccountID: id, Region: s.where.Region}); err != nil {
		return fmt.Errorf("environment %s cannot be that of account %s: %w", environment, id, s.advise(err))
	}
	if available.isUnbounded(environment) {
		s.say("warning", "environment %s has no boundary: roles of the account's stacks get none", environment)
	}
	name := registry.AccountName(s.prefix, id)
	stored, found, err := s.store.Parameter(ctx, name)
	if err != nil {
		return err
	}
	result := fixed{fixing: fixing{id, environment, name}}
	if !found {
		return s.fix(result, func() error { return s.store.Add(ctx, name, environment) })
	}
	before, _ := s.fixedTo(id, stored.Value)
	result.Previous = before.Environment
	if before.Environment == environment {
		return s.print(result, fmt.Sprintf("account %s keeps environment %s (SSM parameter %s)", id, environment, name))
	}
	if err := confirmMove(ctx, s, before, environment); err != nil {
		return err
	}
	return s.fix(result, func() error { return s.moved(ctx, stored, environment) })
}

// moved gives an account's SSM parameter another environment. It warns where somebody else wrote it meanwhile.
func (s *session) moved(ctx context.Context, stored registry.Parameter, environment string) error {
	version, err := s.store.Replace(ctx, stored, environment)
	if err == nil && version != stored.NextVersion() {
		s.say("warning", "somebody else wrote SSM parameter %s at the same time: this change is version %d, and %d was expected", stored.Name, version, stored.NextVersion())
	}
	return err
}

// fix writes what account set is for, and prints it.
func (s *session) fix(result fixed, write func() error) error {
	err := write()
	if errors.Is(err, registry.ErrExists) {
		err = fmt.Errorf("%w: somebody has just written it; see: %s", err, s.showAccount(result.Account))
	}
	if err != nil {
		return err
	}
	result.Changed = true
	line := fmt.Sprintf("account %s: environment %s (SSM parameter %s)", result.Account, result.Environment, result.Parameter)
	if result.Previous != "" {
		line = fmt.Sprintf("account %s: environment %s, was %s (SSM parameter %s)", result.Account, result.Environment, result.Previous, result.Parameter)
	}
	if err := s.printWritten(fmt.Sprintf("SSM parameter %s was written", result.Parameter), result, line); err != nil {
		return err
	}
	s.say("hint", "it holds for each stack of the account when it is next deployed; a template that names another environment is refused then")
	return nil
}

// confirmMove asks whether to fix an account to another environment than it is fixed to, unless --yes says so.
func confirmMove(ctx context.Context, s *session, before fixing, environment string) error {
	consequence := fmt.Sprintf("account %s is fixed to another environment: %s (SSM parameter %s)", before.Account, before.environmentOrNone(), before.Parameter)
	return s.confirm(ctx, consequence, fmt.Sprintf("give --yes to fix it to %s", environment),
		fmt.Sprintf("Fix account %s to environment %s?", before.Account, environment), "nothing was written")
}
