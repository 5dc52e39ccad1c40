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
	return s.Stored(ctx, flags.ParameterName(name), flags.MissingEnvironment(name))
}

// parse reads a boundary that an operator gives to an environment; the empty string is none. It refuses what the macro
// would refuse later.
func parse(s *command.Session, name, text string) (boundary.Value, error) {
	value, err := parseFor(s, name, text)
	if err == nil {
		err = value.Check(scope(s, name))
	}
	return value, err
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

// ask asks for the boundary of an environment until the answer is a boundary that can hold. An empty answer is the
// boundary to keep, unless that is the zero value. Without a terminal, and with --yes, ask fails and names the flag instead.
func ask(ctx context.Context, s *command.Session, name string, keep boundary.Value) (boundary.Value, error) {
	if s.Flags.Yes || !s.Terminal {
		return boundary.Value{}, fmt.Errorf("environment %s needs a boundary: give --%s ARN, or --%[2]s none", name, boundaryName)
	}
	hasBoundary := keep != boundary.Value{}
	choice := "an ARN, or none; an empty answer asks again"
	if hasBoundary {
		choice = "an ARN, none, or empty to keep " + keep.String()
	}
	for {
		text, err := s.Ask(ctx, fmt.Sprintf("Permissions boundary of environment %s (%s): ", name, choice))
		switch {
		case err != nil:
			return boundary.Value{}, err
		case text == "" && hasBoundary:
			return keep, nil
		case text == "":
			continue
		}
		value, err := parse(s, name, text)
		if err == nil {
			return value, nil
		}
		s.Say("error", "%v", err)
	}
}

// findPolicy finds the policy that is the boundary of an environment. IAM is not asked about none, or if only
// templates resolve its placeholders.
func findPolicy(ctx context.Context, s *command.Session, name string, value boundary.Value) (arn string, policy account.Policy, err error) {
	if arn, err = value.Resolve(scope(s, name)); err != nil {
		return "", policy, command.ErrNotAsked
	}
	policy, err = s.FindPolicy(ctx, arn)
	return arn, policy, err
}

// inspect warns if a policy does not do as a boundary what its operator expects.
func inspect(ctx context.Context, s *command.Session, name string, value boundary.Value) {
	arn, policy, err := findPolicy(ctx, s, name, value)
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

// warnOfEmpty warns if none was written because the boundary was given as an empty string.
func warnOfEmpty(s *command.Session, name string, given *boundaryFlag) {
	if given.isGiven() && given.text == "" {
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
	return command.ByEnvironment(accounts)[environment]
}
