package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
)

// judge holds roles against the registry.
type judge struct {
	Options
	registry Registry
	snapshot registry.Snapshot
	exists   map[string]bool // SSM parameters
	history  map[string][]registry.Version
	rules    map[ruleKey]registry.Rule
	failures []string
}

// ruleKey is what a rule depends on.
type ruleKey struct{ name, project, region string }

func newJudge(r Registry, parameters []registry.Parameter, o Options) (*judge, error) {
	j := &judge{Options: o, registry: r, snapshot: registry.NewSnapshot(o.Prefix, parameters),
		exists: make(map[string]bool), history: make(map[string][]registry.Version), rules: make(map[ruleKey]registry.Rule)}
	for _, p := range parameters {
		j.exists[p.Name] = true
	}
	var err error
	if j.Settings, err = j.snapshot.SettingsOf(o.AccountID, o.Settings); err != nil {
		return nil, err
	}
	known := slices.ContainsFunc(j.snapshot.Environments(), func(e environment.Environment) bool {
		return e.Name == o.Environment && (o.Project == "" || e.Project == "" || e.Project == o.Project)
	})
	if o.Environment != "" && !known {
		return nil, fmt.Errorf("environment %s %w below %s; see: amplify-boundary env list", o.Environment, errNoEnvironment, o.Prefix)
	}
	return j, nil
}

// environmentOf returns the environment of a stack as the macro would find it, and else by the stack's
// name. The error says why none is known.
func (j *judge) environmentOf(s *stack) (environment.Environment, error) {
	e, err := environment.Find(environment.Template{TransformParameters: s.params, ParameterValues: s.values}, j.Settings)
	switch {
	case s.isUnread && !j.Settings.IsFixed():
		e, err = environment.OfStack(s.name, j.Settings), nil
	case s.fault != nil && !j.Settings.IsFixed():
		e, err = environment.Environment{}, s.fault
	case errors.Is(err, environment.ErrNoEnvironment), err != nil && j.Settings.IsFixed():
		e, err = environment.OfStack(s.name, j.Settings), nil
	}
	if j.Project != "" {
		e.Project = j.Project
	}
	return e, err
}

// judge says what is the matter with a role, unless the options do not ask for it. Of a role of several stacks
// it says what is the matter with it in the first in which something is.
func (j *judge) judge(ctx context.Context, p placed) (r Role, wanted bool) {
	if len(p.stacks) == 0 {
		r = j.judgeIn(ctx, p, p.unread)
		isOf := j.Environment == "" || r.Stack != "" && r.Environment == j.Environment
		return r, isOf && (len(j.Stacks) == 0 || r.Stack != "")
	}
	for _, s := range p.stacks {
		in := j.judgeIn(ctx, p, s)
		if (j.Environment == "" || in.Environment == j.Environment) && (!wanted || r.Kind == Right) {
			r, wanted = in, true
		}
	}
	for _, s := range p.stacks {
		if wanted && r.Kind != Right && (s.name != r.Stack || s.region.Name != r.Region) {
			r.Message += "; stack " + s.name + " in " + s.region.Name + " has the role too"
		}
	}
	return r, wanted
}

// judgeIn says what is the matter with a role as one of a stack; nil is none.
func (j *judge) judgeIn(ctx context.Context, p placed, s *stack) Role {
	r := Role{Role: p.name, ARN: p.arn, Boundary: p.boundary, Place: Outside}
	e, region := environment.OfStack("", j.Settings), j.Region
	var unknown error
	if s != nil {
		r.Place, r.LogicalID = InStack, s.roles[p.name]
		r.Stack, r.Root, r.Region, r.Declares, region = s.name, s.root, s.region.Name, s.declares, s.region.Name
		e, unknown = j.environmentOf(s)
	}
	if p.doubt {
		r.Place, unknown = Unread, errors.New("the role may be of a stack that could not be read")
	}
	r.Environment, r.Project = e.Name, e.Project
	why := j.compare(ctx, &r, e, boundary.Scope{AccountID: j.AccountID, Region: region})
	if unknown != nil {
		why += "; its environment is not known: " + unknown.Error()
	}
	kind := r.Kind
	switch {
	case j.Old != "" && r.Boundary != j.Old:
		r.Kind = Right
	case j.Old != "":
		r.Kind, r.Message = Old, "it still has "+j.Old+", which must not be deleted before; "+why
	case r.Kind != Right:
		r.Message = "it has " + cmp.Or(r.Boundary, "no permissions boundary") + "; " + why
	}
	if r.Kind != Right {
		is := repairer{j, p, s, r, kind}.repair()
		r.Repair, r.Note = is.command, is.note
	}
	return r
}

// compare sets the kind, and what is wanted. It returns that in words.
func (j *judge) compare(ctx context.Context, r *Role, e environment.Environment, scope boundary.Scope) (why string) {
	rule := j.rule(e, scope)
	why = rule.Wanted()
	none := false
	if e.Name != "" {
		entry, err := j.snapshot.Pick(e)
		none = err == nil && entry.Value.IsNone()
		if err == nil && !none {
			r.Wanted, err = entry.Resolve(e.Scope(scope.AccountID, scope.Region))
		}
		if err != nil {
			why = err.Error()
		}
	}
	accepted := rule.Accepts(r.Boundary)
	if r.Declares && r.Wanted != "" { // the template says whether it has a project
		accepted, why = r.Boundary == r.Wanted, "environment "+e.Name+" wants "+r.Wanted
	}
	switch {
	case none && r.Boundary != "":
		r.Kind, why = Extra, "environment "+e.Name+" has none"
	case none, accepted:
		r.Kind = Right
	case r.Boundary == "":
		r.Kind = Missing
	case e.Name == "":
		r.Kind = Unknown
	case j.isPast(ctx, r.Boundary, e, scope):
		r.Kind = Stale
	case r.Wanted == "":
		r.Kind = Unknown
	default:
		r.Kind = Different
	}
	return why
}

func (j *judge) rule(e environment.Environment, scope boundary.Scope) registry.Rule {
	key := ruleKey{e.Name, e.Project, scope.Region}
	rule, found := j.rules[key]
	if !found {
		rule = registry.NewRule(j.snapshot, e, j.Settings.AnyProjectAllowed(), scope)
		j.rules[key] = rule
	}
	return rule
}

// isPast reports whether an environment once had a boundary.
func (j *judge) isPast(ctx context.Context, arn string, e environment.Environment, scope boundary.Scope) bool {
	for _, name := range registry.Names(j.Prefix, e) {
		if !j.exists[name] {
			continue
		}
		for _, version := range j.versions(ctx, name) {
			entry, err := registry.ParseEntry(j.Prefix, name, version.Value)
			if err != nil || entry.Value.IsNone() {
				continue
			}
			if past, err := entry.Resolve(e.Scope(scope.AccountID, scope.Region)); err == nil && past == arn {
				return true
			}
		}
	}
	return false
}

// versions reads the history of an SSM parameter once. A file has none.
func (j *judge) versions(ctx context.Context, name string) []registry.Version {
	if versions, read := j.history[name]; read {
		return versions
	}
	versions, err := j.registry.History(ctx, name)
	if err != nil && !errors.Is(err, registry.ErrNoHistory) {
		j.failures = append(j.failures, err.Error())
	}
	j.history[name] = versions
	return versions
}
