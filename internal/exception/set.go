package exception

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// Set is the exceptions of a registry.
type Set struct {
	Exceptions []Exception  // sorted by name, those that have ended included
	Malformed  []*Malformed // sorted by name; they except nothing
}

// Malformed is an entry that breaks a rule, and so excepts nothing.
type Malformed struct {
	Name string // of the exception
	Err  error  // quotes nothing of the entry
}

func (m *Malformed) Error() string {
	return fmt.Sprintf("exception %q is malformed: %v", m.Name, m.Err)
}

// NewSet returns the exceptions in entries of a registry, by their names. Of more than [Limit] entries, those with the
// first names count, and the others are malformed.
func NewSet(entries map[string]string) Set {
	var s Set
	for i, name := range slices.Sorted(maps.Keys(entries)) {
		e, err := Parse(name, entries[name])
		if i >= Limit {
			err = fmt.Errorf("a registry has at most %d exceptions", Limit)
		}
		if err != nil {
			s.Malformed = append(s.Malformed, &Malformed{name, err})
			continue
		}
		s.Exceptions = append(s.Exceptions, e)
	}
	return s
}

// NameStacks reports whether any exception leaves out the roles of stacks.
func (s Set) NameStacks() bool {
	return slices.ContainsFunc(s.Exceptions, func(e Exception) bool { return len(e.Stacks) > 0 })
}

// Find returns the exception that leaves a role out now, and reports whether there is one. Of several, it is the one
// with the first name.
func (s Set) Find(r Role, now time.Time) (Exception, bool) {
	return first(s.Exceptions, func(e Exception) bool { return e.Holds(now) && e.Matches(r) })
}

// first returns the first exception of a list for which a condition holds, and reports whether there is one.
func first(list []Exception, holds func(Exception) bool) (Exception, bool) {
	if i := slices.IndexFunc(list, holds); i >= 0 {
		return list[i], true
	}
	return Exception{}, false
}

// Ended lists the exceptions that have ended.
func (s Set) Ended(now time.Time) []Exception {
	return slices.DeleteFunc(slices.Clone(s.Exceptions), func(e Exception) bool { return e.Holds(now) })
}
