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
	rules    map[ruleKey]registry.Rule
	failures []string
}

// ruleKey is what a rule depends on.
type ruleKey struct{ name, project, region string }

func newComparer(r Registry, parameters []registry.Parameter, o Options) (*comparer, error) {
	c := &comparer{Options: o, registry: r, snapshot: registry.NewSnapshot(o.Prefix, parameters),
		exists: make(map[string]bool), history: make(map[string][]registry.Version), rules: make(map[ruleKey]registry.Rule)}
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

// environmentOf returns the environment of a stack. The error says why it is not known.
func (c *comparer) environmentOf(s *stack) (environment.Environment, error) {
	e, err := s.environment(c.Settings)
	if c.Project != "" {
		e.Project = c.Project
	}
	return e, err
}

// compare compares a role with what the registry wants of it; isAsked reports whether the options ask for the role.
func (c *comparer) compare(ctx context.Context, l roleLocation) (r Role, isAsked bool) {
	r = Role{Role: l.name, ARN: l.arn, Boundary: l.boundary, Location: Outside}
	e, region := environment.OfStack("", c.Settings), c.Region
	var unknown error
	if s := l.stack; s != nil {
		r.Location, r.LogicalID = InStack, s.roles[l.name]
		r.Stack, r.Root, r.Region, r.Declares, region = s.name, s.root, s.region.Name, s.declares(r.LogicalID), s.region.Name
		e, unknown = c.environmentOf(s)
	}
	if l.isDoubted {
		r.Location, unknown = Unread, errors.New("the role may belong to a stack that could not be read")
	}
	r.Environment, r.Project = e.Name, e.Project
	why := c.setKind(ctx, &r, e, boundary.Scope{AccountID: c.AccountID, Region: region})
	if unknown != nil {
		why += "; its environment is not known: " + unknown.Error()
	}
	if r.Stack == "" {
		isAsked = c.Environment == "" && len(c.Stacks) == 0
	} else {
		isAsked = c.Environment == "" || c.Environment == r.Environment
	}
	if r.Kind == Right || c.except(&r, l) {
		return r, isAsked
	}
	r.Message = "it has " + cmp.Or(r.Boundary, "no permissions boundary") + "; " + why
	found := repairer{c, l, r}.repair()
	r.Repair, r.Note = found.command, found.note
	return r, isAsked
}

// except makes a role excepted if an exception leaves it out, by its name or by its stack, and reports whether it does.
func (c *comparer) except(r *Role, l roleLocation) bool {
	asked := exception.Role{Name: l.name, Path: l.path, AccountID: c.AccountID}
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

// warnings says which exceptions have ended, and which entries of the registry are malformed.
func (c *comparer) warnings() []string {
	var list []string
	for _, e := range c.excepted.Ended(c.Time) {
		list = append(list, fmt.Sprintf("exception %s ended on %s: its roles are compared again", e.Name, e.Until))
	}
	for _, m := range c.snapshot.Malformed() {
		list = append(list, m.Err.Error())
	}
	return list
}

// setKind sets the role's kind, and the ARN that is wanted. It returns what is wanted, in words.
func (c *comparer) setKind(ctx context.Context, r *Role, e environment.Environment, scope boundary.Scope) (why string) {
	rule := c.rule(e, scope)
	why = rule.Wanted()
	hasNone := false
	if e.Name != "" {
		entry, err := c.snapshot.Pick(e)
		hasNone = err == nil && entry.Value.IsNone()
		if err == nil && !hasNone {
			r.Wanted, err = entry.Resolve(e.Scope(scope.AccountID, scope.Region))
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

// rule returns what the registry wants of an environment. It is looked up once for all roles of the environment.
func (c *comparer) rule(e environment.Environment, scope boundary.Scope) registry.Rule {
	key := ruleKey{e.Name, e.Project, scope.Region}
	rule, found := c.rules[key]
	if !found {
		rule = registry.NewRule(c.snapshot, e, c.Settings.AnyProjectAllowed(), scope)
		c.rules[key] = rule
	}
	return rule
}

// isPast reports whether a boundary is an earlier one of an environment.
func (c *comparer) isPast(ctx context.Context, arn string, e environment.Environment, scope boundary.Scope) bool {
	for _, name := range registry.Names(c.Prefix, e) {
		if !c.exists[name] {
			continue
		}
		for _, version := range c.versions(ctx, name) {
			entry, err := registry.ParseEntry(c.Prefix, name, version.Value)
			if err != nil {
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
func (c *comparer) versions(ctx context.Context, name string) []registry.Version {
	if versions, isRead := c.history[name]; isRead {
		return versions
	}
	versions, err := c.registry.History(ctx, name)
	if err != nil && !errors.Is(err, registry.ErrNoHistory) {
		c.failures = append(c.failures, err.Error())
	}
	c.history[name] = versions
	return versions
}
