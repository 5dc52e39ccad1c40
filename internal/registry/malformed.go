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
	malformed := make(map[string]error) // exceptions
	for _, m := range s.Exceptions().Malformed {
		name := ExceptionName(s.prefix, m.Name)
		malformed[name] = fmt.Errorf("SSM parameter %s: %w", name, m)
	}
	var list []Malformed
	for _, name := range slices.Sorted(maps.Keys(s.values)) {
		e, isEnvironment := Split(s.prefix, name)
		id, isAccount := SplitAccount(s.prefix, name)
		var err error
		switch {
		case strings.HasPrefix(name, ExceptionsPath(s.prefix)+"/"):
			err = malformed[name]
		case isAccount:
			_, err = s.Account(id)
		case isEnvironment && (e.Name == DefaultName || environment.ValidName(e.Name)) && (e.Project == "" || environment.ValidName(e.Project)):
			_, err = ParseEntry(s.prefix, name, s.values[name])
		default:
			err = fmt.Errorf("SSM parameter %s: its name is not that of an environment, an account, or an exception, so nothing reads it", name)
		}
		if err != nil {
			list = append(list, Malformed{name, err})
		}
	}
	return list
}
