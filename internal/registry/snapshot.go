package registry

import (
	"context"
	"maps"
	"slices"

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

// Read reads what answers for an environment, which may have no name, and what fixes an account, whose ID may be
// empty, by one request to the source. The snapshot has no other entries.
func Read(ctx context.Context, source Source, prefix string, e environment.Environment, accountID string) (Snapshot, error) {
	var names []string
	if e.Name != "" {
		names = Names(prefix, e)
	}
	if accountID != "" {
		names = append(names, AccountName(prefix, accountID))
	}
	values, err := source.Values(ctx, names)
	return Snapshot{prefix, values}, err
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

// SettingsOf returns the settings that decide environments in an account, which the hierarchy may fix to one.
// The setting ENVIRONMENT takes precedence: where it is set, the account's entry may be malformed.
func (s Snapshot) SettingsOf(accountID string, settings environment.Settings) (environment.Settings, error) {
	if settings.IsFixed() {
		return settings, nil
	}
	fixed, err := s.Account(accountID)
	return settings.FixedBy(fixed, AccountName(s.prefix, accountID)), err
}
