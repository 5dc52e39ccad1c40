package env

import (
	"context"
	"errors"
	"fmt"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// scope is where the boundary of an environment must hold.
func scope(s *command.Session, name string) boundary.Scope {
	if name == registry.DefaultName {
		name = "" // it applies to any environment
	}
	return s.Flags.Registry.InProject(name).Scope(s.Where.AccountID, s.Where.Region)
}

// existing reads the SSM parameter of exactly this environment.
func existing(ctx context.Context, s *command.Session, name string) (registry.Parameter, error) {
	flags := s.Flags.Registry
	stored, found, err := s.Store.Parameter(ctx, flags.ParameterName(name))
	if err == nil && !found {
		err = fmt.Errorf("environment %s does not exist (SSM parameter %s); add it with: %s", name, flags.ParameterName(name), flags.Hint("add", name))
	}
	return stored, err
}

// refuseExisting fails if the environment has an SSM parameter.
func refuseExisting(ctx context.Context, s *command.Session, name string) error {
	_, found, err := s.Store.Parameter(ctx, s.Flags.Registry.ParameterName(name))
	if err == nil && found {
		err = existsError(s, name)
	}
	return err
}

func existsError(s *command.Session, name string) error {
	flags := s.Flags.Registry
	return fmt.Errorf("environment %s exists already (SSM parameter %s); change it with: %s", name, flags.ParameterName(name), flags.Hint("update", name))
}

// parse reads a boundary that an operator gives to an environment; the empty string is none. It refuses what the macro
// would refuse later.
func parse(s *command.Session, name, text string) (boundary.Value, error) {
	value, err := parseFor(s, name, text)
	if err != nil {
		return boundary.Value{}, err
	}
	return value, value.Check(scope(s, name))
}

// parseFor reads a boundary for an environment, wherever it must hold; the empty string is none.
func parseFor(s *command.Session, name, text string) (boundary.Value, error) {
	if text == "" {
		return boundary.None, nil
	}
	value, err := boundary.Parse(text)
	if err != nil {
		return boundary.Value{}, fmt.Errorf("the boundary is %w", err)
	}
	flags := s.Flags.Registry
	entry, err := registry.NewEntry(flags.Prefix, flags.ParameterName(name), value)
	return entry.Value, err
}

// inspect warns if a policy does not do as a boundary what its operator expects.
func inspect(ctx context.Context, s *command.Session, name string, value boundary.Value) {
	if value.IsNone() {
		return
	}
	arn, err := value.Resolve(scope(s, name))
	if err != nil {
		return // it has placeholders that only templates resolve
	}
	policy, err := s.Policies.Find(ctx, arn)
	switch {
	case errors.Is(err, command.ErrNotAsked):
	case errors.Is(err, account.ErrNoPolicy):
		s.Say("warning", "policy %s does not exist; create it before you deploy a stack of environment %s, or the deployment fails", arn, name)
	case err != nil:
		s.Say("warning", "could not check whether the policy exists: %v", err)
	default:
		if allows, err := policy.Allows(ctx); err == nil && !allows {
			s.Say("warning", "policy %s has no Allow statement; as a boundary it denies everything", arn)
		}
	}
}

// add writes the boundary of a new environment and prints it.
func add(ctx context.Context, s *command.Session, name string, value boundary.Value) error {
	inspect(ctx, s, name, value)
	added := newEntry(s, name, value)
	err := s.Store.Add(ctx, added.Parameter, value.String())
	if errors.Is(err, registry.ErrExists) {
		return existsError(s, name)
	}
	if err != nil {
		return err
	}
	return s.PrintWritten(fmt.Sprintf("SSM parameter %s was written", added.Parameter), added, added.String())
}

// addGiven writes a new environment with the boundary that the command line gives.
func addGiven(ctx context.Context, s *command.Session, name string, given boundaryFlag) error {
	if err := refuseExisting(ctx, s, name); err != nil {
		return err
	}
	value, err := parse(s, name, given.text)
	if err != nil {
		return err
	}
	if err := add(ctx, s, name, value); err != nil {
		return err
	}
	warnOfEmpty(s, name, given)
	return nil
}

// warnOfEmpty warns if none was written because the boundary was given as an empty string.
func warnOfEmpty(s *command.Session, name string, given boundaryFlag) {
	if given.text == "" {
		s.Say("warning", "--%s is empty (is a shell variable unset?), so none was written; to change it: %s", boundaryName, s.Flags.Registry.Hint("update", name))
	}
}

func newEntry(s *command.Session, name string, value boundary.Value) command.Entry {
	flags := s.Flags.Registry
	return command.Entry{Environment: name, Project: flags.Project, Parameter: flags.ParameterName(name), Boundary: value.String()}
}

// fixedAccounts lists the IDs of the accounts that are fixed to an environment. It warns if they cannot be read.
func fixedAccounts(ctx context.Context, s *command.Session, environment string) []string {
	accounts, err := s.ReadFixedAccounts(ctx)
	if err != nil {
		s.Say("warning", "could not read which accounts are fixed to environment %s: %v", environment, err)
	}
	return append([]string{}, command.ByEnvironment(accounts)[environment]...)
}
