package registry

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/exception"
)

// Exceptions returns the exceptions of the hierarchy. Anything below their path counts, so that an entry with a name that
// no exception can have is reported.
func (s Snapshot) Exceptions() exception.Set {
	entries := make(map[string]string)
	for name, value := range s.values {
		if entry, ok := strings.CutPrefix(name, ExceptionsPath(s.prefix)+"/"); ok {
			entries[entry] = value
		}
	}
	return exception.NewSet(entries)
}

// Malformed is an entry of the hierarchy that the product cannot use.
type Malformed struct {
	Parameter string // the SSM parameter's name
	Err       error  // says why, and names the SSM parameter; quotes nothing that can be a secret
}

// Malformed lists the entries that the product cannot use, sorted by their SSM parameters: values that are not boundaries,
// environments, or exceptions, and names that no template, account, or exception can have.
func (s Snapshot) Malformed() []Malformed {
	var list []Malformed
	add := func(name string, err error) {
		if err != nil {
			list = append(list, Malformed{name, err})
		}
	}
	for _, m := range s.Exceptions().Malformed {
		name := ExceptionName(s.prefix, m.Name)
		add(name, fmt.Errorf("SSM parameter %s: %w", name, m))
	}
	for _, name := range slices.Sorted(maps.Keys(s.values)) {
		e, isEnvironment := Split(s.prefix, name)
		id, isAccount := SplitAccount(s.prefix, name)
		switch {
		case strings.HasPrefix(name, ExceptionsPath(s.prefix)+"/"):
		case isAccount:
			_, err := s.Account(id)
			add(name, err)
		case isEnvironment && (e.Name == DefaultName || environment.ValidName(e.Name)) && (e.Project == "" || environment.ValidName(e.Project)):
			_, err := ParseEntry(s.prefix, name, s.values[name])
			add(name, err)
		default:
			add(name, fmt.Errorf("SSM parameter %s: its name is not that of an environment, an account, or an exception, so nothing reads it", name))
		}
	}
	slices.SortFunc(list, func(a, b Malformed) int { return strings.Compare(a.Parameter, b.Parameter) })
	return list
}
