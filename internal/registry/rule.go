package registry

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
)

// Rule is what the registry asks of the roles of a stack, or of those that no stack makes.
type Rule struct {
	Environment environment.Environment // Name is empty where it is not known: then any boundary of the registry will do
	HasNone     bool                    // the environment has no boundary; one of the registry is stricter, and right too

	accepted map[string]string // ARN of a right boundary -> the SSM parameter that gives it
	fault    error             // why the environment's own entry gives none
}

// NewRule finds what a hierarchy asks of the roles of an environment, in the scope's account and region.
// Where the environment names a project, that project's boundaries count, and else those of every project;
// anyProject says that a project may also have none where the environment itself has a boundary.
func NewRule(s Snapshot, e environment.Environment, anyProject bool, scope boundary.Scope) Rule {
	r := Rule{Environment: e, accepted: make(map[string]string)}
	if e.Name == "" {
		r.acceptAll(s, scope)
		return r
	}
	r.HasNone = r.acceptEnvironment(s, e, scope)
	if e.Project == "" {
		for _, project := range s.Projects() {
			// What is wrong with a project's entry is that project's trouble.
			of := Rule{accepted: r.accepted}
			none := of.acceptEnvironment(s, environment.Environment{Name: e.Name, Project: project}, scope)
			r.HasNone = r.HasNone || none && anyProject
		}
	}
	if r.HasNone {
		r.acceptAll(s, scope)
	}
	return r
}

// acceptEnvironment takes the boundary of an environment for right. It reports whether the environment has
// none.
func (r *Rule) acceptEnvironment(s Snapshot, e environment.Environment, scope boundary.Scope) (none bool) {
	entry, err := s.Pick(e)
	if err == nil && entry.Value.IsNone() {
		return true
	}
	if err == nil {
		err = r.accept(entry, e, scope)
	}
	r.fault = err
	return false
}

// acceptAll takes every boundary of the registry for right; with a project, those of that project and of
// all projects. Entries that are malformed, or hold for another account, give none.
func (r *Rule) acceptAll(s Snapshot, scope boundary.Scope) {
	for _, e := range s.Environments() {
		if r.Environment.Project != "" && e.Project != "" && e.Project != r.Environment.Project {
			continue
		}
		if entry, err := s.Pick(e); err == nil && !entry.Value.IsNone() {
			_ = r.accept(entry, e, scope)
		}
	}
}

func (r *Rule) accept(entry Entry, e environment.Environment, scope boundary.Scope) error {
	scope.Environment, scope.Project = e.Name, e.Project
	arn, err := entry.Resolve(scope)
	if err == nil {
		r.accepted[arn] = entry.Name
	}
	return err
}

// Accepts reports whether a boundary is a right one.
func (r Rule) Accepts(arn string) bool { return r.accepted[arn] != "" }

// Fault says why the environment's own entry gives no boundary; it is nil where it gives one, or none.
func (r Rule) Fault() error { return r.fault }

// Wanted says in words what a role should carry. It names the first few boundaries: there could be many.
func (r Rule) Wanted() string {
	const shown = 3
	of := "the registry"
	if r.Environment.Name != "" {
		of = "environment " + r.Environment.Name
	}
	arns := slices.Sorted(maps.Keys(r.accepted))
	var list []string
	for _, arn := range arns[:min(shown, len(arns))] {
		list = append(list, fmt.Sprintf("%s (SSM parameter %s)", arn, r.accepted[arn]))
	}
	switch rest := len(arns) - shown; {
	case len(arns) == 0:
		return of + " gives no boundary that could be right"
	case len(arns) == 1:
		return of + " wants " + list[0]
	case rest > 0:
		list = append(list, fmt.Sprintf("%d more", rest))
		fallthrough
	default:
		last := len(list) - 1
		return of + " wants one of " + strings.Join(list[:last], ", ") + " and " + list[last]
	}
}
