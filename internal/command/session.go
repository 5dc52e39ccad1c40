package command

import (
	"context"
	"errors"
	"fmt"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/registry"
)

// Session is a run of a command that keeps boundaries: its options with the registry opened.
type Session struct {
	*Options
	Store    store
	Policies policies
	Where    boundary.Scope // the account and the region; each is empty where it is not known
}

// store is a registry that an operator can change: an [registry.OperatorStore] or a [registry.File].
type store interface {
	registry.Source
	List(ctx context.Context, path string) ([]registry.Parameter, error)
	Parameter(ctx context.Context, name string) (p registry.Parameter, found bool, err error)
	History(ctx context.Context, name string) ([]registry.Version, error)
	Add(ctx context.Context, name, value string) error
	Replace(ctx context.Context, read registry.Parameter, value string) (version int64, err error)
	WriteAll(ctx context.Context, writes []registry.Write, progress func(written, all int)) (written int, err error)
	Remove(ctx context.Context, read registry.Parameter) error
}

// policies says what IAM knows of a policy.
type policies interface {
	Find(ctx context.Context, arn string) (account.Policy, error)
}

// noPolicies stands for IAM where a registry file is used.
type noPolicies struct{}

// ErrNotAsked says that IAM was not asked, since a registry file is used.
var ErrNotAsked = errors.New("IAM was not asked")

func (noPolicies) Find(context.Context, string) (account.Policy, error) {
	return account.Policy{}, ErrNotAsked
}

// Run validates the options, opens the registry, and does what the command does with it.
func (o *Options) Run(ctx context.Context, a access, do func(*Session) error) error {
	if err := o.Validate(); err != nil {
		return err
	}
	s, err := o.Open(ctx, a)
	if err != nil {
		return err
	}
	return do(s)
}

// Scope is where the boundary of an environment is to hold.
func (s *Session) Scope(name string) boundary.Scope {
	if name == registry.DefaultName {
		name = "" // it answers for any
	}
	return s.InProject(name).Scope(s.Where.AccountID, s.Where.Region)
}

// Existing reads the SSM parameter of exactly this environment.
func (s *Session) Existing(ctx context.Context, name string) (registry.Parameter, error) {
	stored, found, err := s.Store.Parameter(ctx, s.ParameterName(name))
	if err == nil && !found {
		err = fmt.Errorf("environment %s does not exist (SSM parameter %s); add it with: %s", name, s.ParameterName(name), s.Hint("add", name))
	}
	return stored, err
}

// Missing fails where the SSM parameter of an environment exists.
func (s *Session) Missing(ctx context.Context, name string) error {
	_, found, err := s.Store.Parameter(ctx, s.ParameterName(name))
	if err == nil && found {
		err = s.existsError(name)
	}
	return err
}

// existsError says how to change an environment that exists.
func (s *Session) existsError(name string) error {
	return fmt.Errorf("environment %s exists already (SSM parameter %s); change it with: %s", name, s.ParameterName(name), s.Hint("update", name))
}

// Parse reads a boundary that an operator gives to an environment; the empty string is none. It refuses
// what the macro would refuse later.
func (s *Session) Parse(name, text string) (boundary.Value, error) {
	value, err := ParseBoundary(s.Prefix, s.ParameterName(name), text)
	if err != nil {
		return boundary.Value{}, err
	}
	return value, value.Check(s.Scope(name))
}

// ParseBoundary reads a boundary that is given for an SSM parameter below the prefix; the empty string is none.
func ParseBoundary(prefix, parameter, text string) (boundary.Value, error) {
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

// Inspect warns where a policy, used as a boundary, would not do what its operator expects.
func (s *Session) Inspect(ctx context.Context, name string, value boundary.Value) {
	if value.IsNone() {
		return
	}
	arn, err := value.Resolve(s.Scope(name))
	if err != nil {
		return // it uses names that only templates have
	}
	policy, err := s.Policies.Find(ctx, arn)
	switch {
	case errors.Is(err, ErrNotAsked):
	case errors.Is(err, account.ErrNoPolicy):
		s.Say("warning", "policy %s does not exist; create it before a stack of environment %s is deployed, or the deployment fails", arn, name)
	case err != nil:
		s.Say("warning", "it is not known whether the policy exists: %v", err)
	default:
		if allows, err := policy.Allows(ctx); err == nil && !allows {
			s.Say("warning", "policy %s has no Allow statement; as a boundary it denies everything", arn)
		}
	}
}

// AddGiven records a new environment with the boundary that the command line gives.
func (s *Session) AddGiven(ctx context.Context, name, text string) error {
	if err := s.Missing(ctx, name); err != nil {
		return err
	}
	value, err := s.Parse(name, text)
	if err != nil {
		return err
	}
	return s.Add(ctx, name, value)
}

// Add records the boundary of a new environment and prints it.
func (s *Session) Add(ctx context.Context, name string, value boundary.Value) error {
	s.Inspect(ctx, name, value)
	added := s.Entry(name, value)
	err := s.Store.Add(ctx, added.Parameter, value.String())
	if errors.Is(err, registry.ErrExists) {
		return s.existsError(name)
	}
	if err != nil {
		return err
	}
	return s.PrintWritten(fmt.Sprintf("SSM parameter %s was written", added.Parameter), added, added.String())
}

// WarnOfEmpty warns where none was recorded because a boundary was given as an empty text, which may be a
// shell variable that is not set.
func (s *Session) WarnOfEmpty(name, text string) {
	if text == "" {
		s.Say("warning", "--%s is empty (is a shell variable not set?): none was recorded; to change it: %s", BoundaryFlag, s.Hint("update", name))
	}
}

func (s *Session) Entry(name string, value boundary.Value) Entry {
	return Entry{Environment: name, Project: s.Project, Parameter: s.ParameterName(name), Boundary: value.String()}
}
