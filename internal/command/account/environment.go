package account

import (
	"cmp"
	"fmt"
	"slices"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// environments are those that accounts can be fixed to: by name, what each SSM parameter of the environment holds, for
// all projects or for one.
type environments map[string][]value

// value is what an SSM parameter holds.
type value struct {
	entry registry.Entry
	err   error // why it holds nothing usable
}

// environmentsOf lists the environments of a hierarchy that have a name.
func environmentsOf(h registry.Snapshot) environments {
	list := make(environments)
	for _, e := range h.Environments() {
		if e.Name != registry.DefaultName {
			entry, err := h.Pick(e)
			list[e.Name] = append(list[e.Name], value{entry, err})
		}
	}
	return list
}

// validate fails if an account cannot be fixed to an environment: it must exist, and one of its SSM parameters must have
// a boundary, or none, that can hold in the account.
func (all environments) validate(s *command.Session, id, environment string) error {
	flags := s.Flags.Registry
	if len(all[environment]) == 0 {
		return flags.MissingEnvironment(environment)
	}
	var first error
	for _, v := range all[environment] {
		err := v.err
		if err == nil {
			if err = v.entry.Value.Check(boundary.Scope{AccountID: id, Region: s.Where.Region}); err == nil {
				return nil
			}
			err = fmt.Errorf("SSM parameter %s: %w", v.entry.Name, err)
		}
		first = cmp.Or(first, err)
	}
	return fmt.Errorf("environment %s cannot be that of account %s: %w", environment, id, flags.Advise(first))
}

// isUnbounded reports whether an environment has no boundary, for all projects and for each one that was read.
func (all environments) isUnbounded(environment string) bool {
	return !slices.ContainsFunc(all[environment], func(v value) bool { return v.err != nil || !v.entry.Value.IsNone() })
}
