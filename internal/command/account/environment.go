package account

import (
	"context"
	"fmt"
	"slices"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// fixable are the environments that accounts can be fixed to, by their names.
type fixable map[string][]answer

// answer is what an SSM parameter gives for an environment, of all projects or of one.
type answer struct {
	entry registry.Entry
	err   error // why it gives nothing
}

// fixableIn lists the environments of a hierarchy, but for those that are not named.
func fixableIn(h registry.Snapshot) fixable {
	list := make(fixable)
	for _, e := range h.Environments() {
		if e.Name != registry.DefaultName {
			entry, err := h.Pick(e)
			list[e.Name] = append(list[e.Name], answer{entry, err})
		}
	}
	return list
}

// holds fails where no SSM parameter of an environment gives a boundary, or none, that can hold in an account.
func (f fixable) holds(environment string, scope boundary.Scope) error {
	var first error
	for _, a := range f[environment] {
		err := a.err
		if err == nil && !a.entry.Value.IsNone() {
			if err = a.entry.Value.Check(scope); err != nil {
				err = fmt.Errorf("SSM parameter %s: %w", a.entry.Name, err)
			}
		}
		if err == nil {
			return nil
		}
		if first == nil {
			first = err
		}
	}
	return first
}

// isUnbounded reports whether an environment has no boundary, nor any project in it that was read.
func (f fixable) isUnbounded(environment string) bool {
	return !slices.ContainsFunc(f[environment], func(a answer) bool { return a.err != nil || !a.entry.Value.IsNone() })
}

// readFixable reads what there is of an environment. Only where it has no boundary for all projects is the whole
// hierarchy read, for those of projects.
func readFixable(ctx context.Context, s *command.Session, environment string) (fixable, error) {
	name := s.ParameterName(environment)
	values, err := s.Store.Values(ctx, []string{name})
	if err != nil {
		return nil, err
	}
	var parameters []registry.Parameter
	if value, exists := values[name]; exists {
		parameters = []registry.Parameter{{Name: name, Value: value}}
	}
	f := fixableIn(registry.NewSnapshot(s.Prefix, parameters))
	if f.holds(environment, boundary.Scope{}) == nil && len(parameters) > 0 {
		return f, nil
	}
	if parameters, err = s.Store.List(ctx, s.Prefix); err != nil {
		return nil, err
	}
	return fixableIn(registry.NewSnapshot(s.Prefix, parameters)), nil
}

// missingEnvironment says that an environment does not exist, and how to add it.
func missingEnvironment(s *command.Session, environment string) error {
	return fmt.Errorf("environment %s does not exist (SSM parameter %s); add it with: %s", environment, s.ParameterName(environment), s.Hint("add", environment))
}
