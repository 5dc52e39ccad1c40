package registry

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"amplify-boundary/internal/environment"
)

// Snapshot is a whole hierarchy, read at one time.
type Snapshot struct {
	prefix string
	values map[string]string
}

// NewSnapshot returns the hierarchy that lies below a prefix, out of parameters read there.
func NewSnapshot(prefix string, parameters []Parameter) Snapshot {
	values := make(map[string]string, len(parameters))
	for _, p := range parameters {
		values[p.Name] = p.Value
	}
	return Snapshot{prefix, values}
}

// Environments lists the environments of all projects and of each project that have a parameter of their
// own, [DefaultName] among them, sorted by the parameter's name.
func (s Snapshot) Environments() []environment.Environment {
	var list []environment.Environment
	for _, name := range slices.Sorted(maps.Keys(s.values)) {
		if e, ok := Split(s.prefix, name); ok {
			list = append(list, e)
		}
	}
	return list
}

// Projects lists the projects that have parameters of their own, sorted.
func (s Snapshot) Projects() []string {
	var projects []string
	for _, e := range s.Environments() {
		if e.Project != "" {
			projects = append(projects, e.Project)
		}
	}
	slices.Sort(projects)
	return slices.Compact(projects)
}

// Pick returns the entry that answers for an environment, as [Lookup] would.
func (s Snapshot) Pick(e environment.Environment) (Entry, error) { return Pick(s.values, s.prefix, e) }

// Account returns the name of the environment that an account is fixed to; it is empty where the account
// is not fixed.
func (s Snapshot) Account(id string) (string, error) {
	return AccountEnvironment(s.values, s.prefix, id)
}

// accounts is the part of the hierarchy that fixes accounts to environments.
const accounts = reserved + "account"

// AccountName returns the name of the SSM parameter that fixes an account to an environment.
func AccountName(prefix, id string) string { return prefix + "/" + accounts + "/" + id }

// AccountEnvironment picks the name of the environment that an account is fixed to out of values read; it
// is empty where the account is not fixed. A value that is no environment's name is an error: nobody can
// say what the account is fixed to.
func AccountEnvironment(values map[string]string, prefix, id string) (string, error) {
	name := AccountName(prefix, id)
	value, fixed := values[name]
	if !fixed {
		return "", nil
	}
	if value = strings.TrimSpace(value); !environment.ValidName(value) || value == environment.Unset {
		return "", fmt.Errorf("SSM parameter %s does not hold the name of an environment; its value is not shown, since it may be a secret; "+
			"write the name there, %s", name, environment.NameRule)
	}
	return value, nil
}
