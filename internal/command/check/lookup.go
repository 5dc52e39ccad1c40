package check

import (
	"context"
	"errors"
	"fmt"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
)

// boundaryOf is what the registry has for an environment.
type boundaryOf struct {
	registry.Entry
	err        error  // why there is no usable boundary
	arn        string // empty if there is none, or if it is not known
	portable   string // the text of an Fn::Sub that means the same in every account
	unresolved error  // why the ARN is not known though there is a boundary: the account or the region is not
}

// lookUp returns what the registry has for an environment. It reads each only once.
func (c *checker) lookUp(ctx context.Context, e environment.Environment) boundaryOf {
	key := environment.Environment{Name: e.Name, Project: e.Project} // wherever it was named
	if known, ok := c.lookups[key]; ok {
		return known
	}
	opened, err := c.open()
	if err != nil {
		c.fail(err)
		return boundaryOf{}
	}
	entry, err := registry.Lookup(ctx, opened.Source, c.registry.Prefix, e)
	if source := (*command.SourceError)(nil); errors.As(err, &source) {
		c.fail(source)
		return boundaryOf{}
	}
	scope := e.Scope(opened.Where.AccountID, opened.Where.Region)
	if err == nil {
		if err = entry.Value.Check(scope); err != nil {
			err = fmt.Errorf("SSM parameter %s: %w", entry.Name, err)
		}
	}
	b := boundaryOf{Entry: entry, err: c.registry.Advise(err)}
	if err == nil && !entry.Value.IsNone() {
		b.portable, _ = entry.Value.Resolve(boundary.Scope{Environment: e.Name, Project: e.Project, Portable: true})
		b.arn, err = entry.Resolve(scope)
		b.unresolved = c.registry.Advise(err)
	}
	c.lookups[key] = b
	return b
}

// fixedAccount is the environment that the registry fixes an account to, and the SSM parameter that does.
type fixedAccount struct{ environment, parameter string }

// readFixed reads what the account is fixed to: to nothing if the account is not known.
func (c *checker) readFixed(ctx context.Context) (fixedAccount, error) {
	opened, err := c.open()
	if err != nil || opened.Where.AccountID == "" {
		return fixedAccount{}, err
	}
	name := registry.AccountName(c.registry.Prefix, opened.Where.AccountID)
	values, err := opened.Source.Values(ctx, []string{name})
	if err != nil {
		return fixedAccount{}, err
	}
	fixed, err := registry.AccountEnvironment(values, c.registry.Prefix, opened.Where.AccountID)
	return fixedAccount{fixed, name}, err
}
