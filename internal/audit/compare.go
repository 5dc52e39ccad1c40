package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/exception"
	"amplify-boundary/internal/registry"
)

type comparer struct {
	Options
	registry Registry
	snapshot registry.Snapshot
	excepted exception.Set
	exists   map[string]bool // SSM parameters
	history  map[string][]registry.Version
	rules    map[boundary.Scope]registry.Rule
	failures []string
}

func newComparer(r Registry, parameters []registry.Parameter, o Options) (*comparer, error) {
	c := &comparer{Options: o, registry: r, snapshot: registry.NewSnapshot(o.Prefix, parameters),
		exists: make(map[string]bool), history: make(map[string][]registry.Version), rules: make(map[boundary.Scope]registry.Rule)}
	for _, p := range parameters {
		c.exists[p.Name] = true
	}
	c.excepted = c.snapshot.Exceptions()
	var err error
	if c.Settings, err = c.snapshot.SettingsOf(o.AccountID, o.Settings); err != nil {
		return nil, err
	}
	for _, name := range append(slices.Clone(o.Environments), o.Environment) {
		isKnown := slices.ContainsFunc(c.snapshot.Environments(), func(e environment.Environment) bool {
			return e.Name == name && (o.Project == "" || e.Project == "" || e.Project == o.Project)
		})
		if name != "" && !isKnown {
			return nil, fmt.Errorf("environment %s %w below %s", name, ErrNoEnvironment, o.Prefix)
		}
	}
	return c, nil
}

// compareAll compares roles with what the registry wants of them. It leaves out those that the options do not ask for.
func (c *comparer) compareAll(ctx context.Context, roles []role) (compared []Role) {
	for _, role := range roles {
		r := c.compare(ctx, role)
		isAsked := c.Environment == "" || c.Environment == r.Environment
		if r.Stack == "" {
			isAsked = c.Environment == "" && len(c.Stacks) == 0
		}
		if isAsked {
			compared = append(compared, r)
		}
	}
	return compared
}

func (c *comparer) compare(ctx context.Context, role role) Role {
	r := Role{Account: c.AccountID, Role: role.name, ARN: role.arn, Boundary: role.boundary, Location: Outside}
	e, region := environment.OfStack("", c.Settings), c.Region
	var unknown error
	if s := role.stack; s != nil {
		r.Location, r.LogicalID = InStack, s.roles[role.name]
		r.Stack, r.Root, r.Region, r.Declares, region = s.name, s.root, s.region.Name, s.declares(r.LogicalID), s.region.Name
		e, unknown = s.environment(c.Settings)
		e.Project = cmp.Or(c.Project, e.Project)
	}
	if role.isDoubted {
		r.Location, unknown = Unread, errors.New("the role may belong to a stack that could not be read")
	}
	r.Environment, r.Project = e.Name, e.Project
	why := c.setKind(ctx, &r, e, e.Scope(c.AccountID, region))
	if unknown != nil {
		why += "; its environment is not known: " + unknown.Error()
	}
	if r.Kind == Right || c.except(&r, role) {
		return r
	}
	r.Message = "it has " + cmp.Or(r.Boundary, "no permissions boundary") + "; " + why
	found := repairer{c, role, r}.repair()
	r.Repair, r.Note = found.command, found.note
	return r
}

// except makes a role excepted if an exception leaves it out, by its name or by its stack, and reports whether it does.
func (c *comparer) except(r *Role, role role) bool {
	asked := exception.Role{Name: role.name, Path: role.path, AccountID: c.AccountID}
	e, found := c.excepted.Find(asked, c.Time)
	for _, stack := range []string{r.Stack, r.Root} {
		if asked.Stack = stack; !found && r.Location == InStack {
			e, found = c.excepted.Find(asked, c.Time)
		}
	}
	if found {
		r.Kind, r.Exception, r.Reason, r.Until = Excepted, e.Name, e.Reason, e.Until
		r.Message = "exception " + e.Name + " leaves it out: " + e.Reason
	}
	return found
}

// setKind sets the role's kind, and the ARN that is wanted. It returns what is wanted, in words.
func (c *comparer) setKind(ctx context.Context, r *Role, e environment.Environment, scope boundary.Scope) (why string) {
	rule, isKnown := c.rules[scope]
	if !isKnown {
		rule = registry.NewRule(c.snapshot, e, c.Settings.AnyProjectAllowed(), scope)
		c.rules[scope] = rule
	}
	why = rule.Wanted()
	hasNone := false
	if e.Name != "" {
		entry, err := c.snapshot.Pick(e)
		hasNone = err == nil && entry.Value.IsNone()
		if err == nil && !hasNone {
			r.Wanted, err = entry.Resolve(scope)
		}
		if err != nil {
			why = err.Error()
		}
	}
	isAccepted := rule.Accepts(r.Boundary)
	if r.Declares && r.Wanted != "" { // the template names its project, or none: no other project's boundary is right
		isAccepted, why = r.Boundary == r.Wanted, "environment "+e.Name+" wants "+r.Wanted
	}
	switch {
	case hasNone && r.Boundary != "":
		r.Kind, why = Extra, "environment "+e.Name+" has none"
	case hasNone, isAccepted:
		r.Kind = Right
	case r.Boundary == "":
		r.Kind = Missing
	case e.Name == "":
		r.Kind = Unknown
	case c.isPast(ctx, r.Boundary, e, scope):
		r.Kind = Stale
	case r.Wanted == "":
		r.Kind = Unknown
	default:
		r.Kind = Different
	}
	return why
}

// isPast reports whether a boundary is an earlier one of an environment. It reads the history of an SSM parameter once.
func (c *comparer) isPast(ctx context.Context, arn string, e environment.Environment, scope boundary.Scope) bool {
	for _, name := range registry.Names(c.Prefix, e) {
		versions, isRead := c.history[name]
		if !isRead && c.exists[name] {
			var err error
			if versions, err = c.registry.History(ctx, name); err != nil && !errors.Is(err, registry.ErrNoHistory) {
				c.failures = append(c.failures, err.Error())
			}
			c.history[name] = versions
		}
		for _, version := range versions {
			entry, err := registry.ParseEntry(c.Prefix, name, version.Value)
			if err != nil {
				continue
			}
			if past, err := entry.Resolve(scope); err == nil && past == arn {
				return true
			}
		}
	}
	return false
}
