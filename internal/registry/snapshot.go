package registry

import (
	"context"
	"maps"
	"slices"
	"sync"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
)

// Snapshot is a hierarchy, or a part of it, as it was read at one time. It can be used in parallel.
type Snapshot struct {
	prefix       string
	values       map[string]string
	environments []environment.Environment            // sorted by the names of their SSM parameters
	byProject    map[string][]environment.Environment // the same
	projects     map[string][]string                  // with an environment of that name
	usable       *sync.Map                            // see [Snapshot.usableBoundaries]
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
	s := Snapshot{prefix: prefix, values: values, byProject: make(map[string][]environment.Environment), projects: make(map[string][]string), usable: new(sync.Map)}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if e, ok := Split(prefix, name); ok {
			s.environments = append(s.environments, e)
			s.byProject[e.Project] = append(s.byProject[e.Project], e)
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
	projects := slices.Sorted(maps.Keys(s.byProject))
	return slices.DeleteFunc(projects, func(name string) bool { return name == "" })
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

// usableBoundaries returns every boundary that the registry gives in the scope's account and region: those of all projects
// and of one, or of every project where none is named. Entries that are malformed, or meant for another account, give none.
// It resolves the entries once for each project and scope.
func (s Snapshot) usableBoundaries(project string, scope boundary.Scope) boundaries {
	type key struct{ project, accountID, region string }
	once, _ := s.usable.LoadOrStore(key{project, scope.AccountID, scope.Region}, sync.OnceValue(func() boundaries {
		environments := s.environments
		if project != "" {
			environments = slices.Concat(s.byProject[project], s.byProject[""])
		}
		parameters := make(map[string]string)
		for _, e := range environments {
			_, _ = accept(parameters, s, e, scope)
		}
		return newBoundaries(parameters)
	}))
	return once.(func() boundaries)()
}
