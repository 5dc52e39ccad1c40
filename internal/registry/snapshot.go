package registry

import (
	"context"
	"maps"
	"slices"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
)

// Snapshot is a hierarchy, or a part of it, as it was read at one time. It can be used in parallel.
type Snapshot struct {
	prefix       string
	values       map[string]string
	environments []environment.Environment // sorted by the names of their SSM parameters
	projects     map[string][]string       // with an environment of that name
}

// NewSnapshot returns the hierarchy below a prefix, by SSM parameters that were read there.
func NewSnapshot(prefix string, parameters []Parameter) Snapshot {
	values := make(map[string]string, len(parameters))
	for _, p := range parameters {
		values[p.Name] = p.Value
	}
	return newSnapshot(prefix, values)
}

func newSnapshot(prefix string, values map[string]string) Snapshot {
	s := Snapshot{prefix: prefix, values: values, projects: make(map[string][]string)}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if e, ok := Split(prefix, name); ok {
			s.environments = append(s.environments, e)
			if e.Project != "" {
				s.projects[e.Name] = append(s.projects[e.Name], e.Project)
			}
		}
	}
	return s
}

// Read reads what answers for an environment, whose name can be empty, and the entry of an account, whose ID can be
// empty, by one request to the source. The snapshot has nothing else.
func Read(ctx context.Context, source Source, prefix string, e environment.Environment, accountID string) (Snapshot, error) {
	var names []string
	if e.Name != "" {
		names = Names(prefix, e)
	}
	if accountID != "" {
		names = append(names, AccountName(prefix, accountID))
	}
	values, err := source.Values(ctx, names)
	return newSnapshot(prefix, values), err
}

// Environments lists the environments that have an SSM parameter of their own, [DefaultName] and those of projects
// included, sorted by its name.
func (s Snapshot) Environments() []environment.Environment { return slices.Clone(s.environments) }

// Projects lists the projects that have SSM parameters of their own, sorted.
func (s Snapshot) Projects() []string {
	var projects []string
	for _, e := range s.environments {
		if e.Project != "" {
			projects = append(projects, e.Project)
		}
	}
	slices.Sort(projects)
	return slices.Compact(projects)
}

// projectsWith lists the projects that have an entry for an environment of that name, or a fall-back.
func (s Snapshot) projectsWith(name string) []string {
	return slices.Concat(s.projects[name], s.projects[DefaultName])
}

// Pick returns the entry that answers for an environment, as [Lookup] does.
func (s Snapshot) Pick(e environment.Environment) (Entry, error) { return Pick(s.values, s.prefix, e) }

// Account returns the name of the environment that an account is fixed to; it is empty where the account is not fixed.
func (s Snapshot) Account(id string) (string, error) {
	return AccountEnvironment(s.values, s.prefix, id)
}

// SettingsOf returns the settings that apply in an account, which the hierarchy can fix to an environment. The setting
// ENVIRONMENT takes precedence: where it is set, the account's entry can even be malformed.
func (s Snapshot) SettingsOf(accountID string, settings environment.Settings) (environment.Settings, error) {
	if settings.IsFixed() {
		return settings, nil
	}
	fixed, err := s.Account(accountID)
	return settings.FixedBy(fixed, AccountName(s.prefix, accountID)), err
}

// usableBoundaries returns every boundary that the registry gives in the scope's account and region, with the SSM parameter
// that gives it: those of all projects and of one, or of every project where none is named. Entries that are malformed, or
// meant for another account, give none.
func (s Snapshot) usableBoundaries(project string, scope boundary.Scope) map[string]string {
	usable := make(map[string]string)
	for _, e := range s.environments {
		if project == "" || e.Project == "" || e.Project == project {
			_, _ = accept(usable, s, e, scope)
		}
	}
	return usable
}
