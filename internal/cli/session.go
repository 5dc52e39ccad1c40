package cli

import (
	"context"
	"errors"
	"fmt"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/registry"
)

// session is a run of a command that keeps boundaries: its options with the registry opened.
type session struct {
	*options
	store    registry.Store
	policies policies
	where    boundary.Scope // the account and the region; each is empty where it is not known
}

// policies says what IAM knows of a policy.
type policies interface {
	Find(ctx context.Context, arn string) (account.Policy, error)
}

// noPolicies stands for IAM where a registry file is used.
type noPolicies struct{}

// errNotAsked says that IAM was not asked, since a registry file is used.
var errNotAsked = errors.New("IAM was not asked")

func (noPolicies) Find(context.Context, string) (account.Policy, error) {
	return account.Policy{}, errNotAsked
}

// run validates the options, opens the registry, and does what the command does with it.
func (o *options) run(ctx context.Context, a access, do func(*session) error) error {
	if err := o.validate(); err != nil {
		return err
	}
	s, err := o.open(ctx, a)
	if err != nil {
		return err
	}
	return do(s)
}

// scope is where the boundary of an environment is to hold.
func (s *session) scope(name string) boundary.Scope {
	if name == registry.DefaultName {
		name = "" // it answers for any
	}
	return s.inProject(name).Scope(s.where.AccountID, s.where.Region)
}

// existing reads the SSM parameter of exactly this environment.
func (s *session) existing(ctx context.Context, name string) (registry.Parameter, error) {
	stored, found, err := s.store.Parameter(ctx, s.parameterName(name))
	if err == nil && !found {
		err = fmt.Errorf("environment %s does not exist (SSM parameter %s); add it with: %s", name, s.parameterName(name), s.hint("add", name))
	}
	return stored, err
}

// missing fails where the SSM parameter of an environment exists.
func (s *session) missing(ctx context.Context, name string) error {
	_, found, err := s.store.Parameter(ctx, s.parameterName(name))
	if err == nil && found {
		err = s.existsError(name)
	}
	return err
}

// existsError says how to change an environment that exists.
func (s *session) existsError(name string) error {
	return fmt.Errorf("environment %s exists already (SSM parameter %s); change it with: %s", name, s.parameterName(name), s.hint("update", name))
}

// parse reads a boundary that an operator gives to an environment; the empty string is none. It refuses
// what the macro would refuse later.
func (s *session) parse(name, text string) (boundary.Value, error) {
	value, err := parseBoundary(s.prefix, s.parameterName(name), text)
	if err != nil {
		return boundary.Value{}, err
	}
	return value, value.Check(s.scope(name))
}

// parseBoundary reads a boundary that is given for an SSM parameter below the prefix; the empty string is none.
func parseBoundary(prefix, parameter, text string) (boundary.Value, error) {
	if text == "" {
		return boundary.None, nil
	}
	value, err := boundary.Parse(text)
	if err != nil {
		return boundary.Value{}, fmt.Errorf("the boundary given is %w", err)
	}
	entry, err := registry.NewEntry(prefix, parameter, value)
	return entry.Value, err
}

// inspect warns where a policy, used as a boundary, would not do what its operator expects.
func (s *session) inspect(ctx context.Context, name string, value boundary.Value) {
	if value.IsNone() {
		return
	}
	arn, err := value.Resolve(s.scope(name))
	if err != nil {
		return // it uses names that only templates have
	}
	policy, err := s.policies.Find(ctx, arn)
	switch {
	case errors.Is(err, errNotAsked):
	case errors.Is(err, account.ErrNoPolicy):
		s.say("warning", "policy %s does not exist; create it before a stack of environment %s is deployed, or the deployment fails", arn, name)
	case err != nil:
		s.say("warning", "it is not known whether the policy exists: %v", err)
	default:
		if allows, err := policy.Allows(ctx); err == nil && !allows {
			s.say("warning", "policy %s has no Allow statement; as a boundary it denies everything", arn)
		}
	}
}

// addGiven records a new environment with the boundary that the command line gives.
func (s *session) addGiven(ctx context.Context, name, text string) error {
	if err := s.missing(ctx, name); err != nil {
		return err
	}
	value, err := s.parse(name, text)
	if err != nil {
		return err
	}
	return s.add(ctx, name, value)
}

// add records the boundary of a new environment and prints it.
func (s *session) add(ctx context.Context, name string, value boundary.Value) error {
	s.inspect(ctx, name, value)
	added := s.entry(name, value)
	err := s.store.Add(ctx, added.Parameter, value.String())
	if errors.Is(err, registry.ErrExists) {
		return s.existsError(name)
	}
	if err != nil {
		return err
	}
	return s.printWritten(fmt.Sprintf("SSM parameter %s was written", added.Parameter), added, added.String())
}

// warnOfEmpty warns where none was recorded because a boundary was given as an empty text, which may be a
// shell variable that is not set.
func (s *session) warnOfEmpty(name, text string) {
	if text == "" {
		s.say("warning", "--%s is empty (is a shell variable not set?): none was recorded; to change it: %s", boundaryFlag, s.hint("update", name))
	}
}

func (s *session) entry(name string, value boundary.Value) entry {
	return entry{Environment: name, Project: s.project, Parameter: s.parameterName(name), Boundary: value.String()}
}
