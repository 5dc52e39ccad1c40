package registry

import (
	"fmt"
	"maps"
	"slices"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/environment"
)

// Rule says which boundaries the registry accepts on the roles of a stack, or on roles of no stack.
type Rule struct {
	Environment environment.Environment // Name is empty where it is not known: any boundary of the registry is accepted
	HasNone     bool                    // the environment has no boundary; any boundary of the registry is stricter, and accepted

	Fault error // why the environment's own entry gives no boundary; nil where it gives one, or none

	accepted boundaries
}

// NewRule returns the rule of a hierarchy for the roles of an environment, in the scope's account and region. Where the
// environment names a project, that project's boundaries count; otherwise those of every project. anyProject says
// whether a project that has none counts where the environment itself has a boundary.
func NewRule(s Snapshot, e environment.Environment, anyProject bool, scope boundary.Scope) Rule {
	r := Rule{Environment: e}
	if e.Name == "" {
		r.accepted = s.usableBoundaries(e.Project, scope)
		return r
	}
	accepted := make(map[string]string)
	r.HasNone, r.Fault = accept(accepted, s, e, scope)
	if e.Project == "" {
		for _, project := range slices.Concat(s.projects[e.Name], s.projects[DefaultName]) {
			// An error in a project's entry concerns only that project.
			none, _ := accept(accepted, s, environment.Environment{Name: e.Name, Project: project}, scope)
			r.HasNone = r.HasNone || none && anyProject
		}
	}
	if r.accepted = newBoundaries(accepted); r.HasNone {
		r.accepted = s.usableBoundaries(e.Project, scope)
	}
	return r
}

// accept adds the boundary of an environment, with its SSM parameter, and reports whether the environment has none.
func accept(accepted map[string]string, s Snapshot, e environment.Environment, scope boundary.Scope) (none bool, err error) {
	entry, err := s.Pick(e)
	if err != nil || entry.Value.IsNone() {
		return err == nil, err
	}
	arn, err := entry.Resolve(e.Scope(scope.AccountID, scope.Region))
	if err == nil && accepted[arn] == "" { // the environment's own entry comes before those of projects
		accepted[arn] = entry.Name
	}
	return false, err
}

// Accepts reports whether a role can have this boundary.
func (r Rule) Accepts(arn string) bool { return r.accepted.parameters[arn] != "" }

// Wanted says in words which boundary a role should have. Of many, it names the first few.
func (r Rule) Wanted() string {
	of := "the registry"
	if r.Environment.Name != "" {
		of = "environment " + r.Environment.Name
	}
	return of + " " + r.accepted.wanted
}

// boundaries are boundaries that the registry gives.
type boundaries struct {
	parameters map[string]string // from the ARN to the SSM parameter that gives it
	wanted     string            // in words
}

func newBoundaries(parameters map[string]string) boundaries {
	const shown = 3
	var names []string
	for _, arn := range slices.Sorted(maps.Keys(parameters)) {
		names = append(names, fmt.Sprintf("%s (SSM parameter %s)", arn, parameters[arn]))
	}
	switch len(names) {
	case 0:
		return boundaries{parameters, "has no usable boundary"}
	case 1:
		return boundaries{parameters, "wants " + names[0]}
	default:
		return boundaries{parameters, "wants one of " + cfn.JoinNames(names, shown)}
	}
}
