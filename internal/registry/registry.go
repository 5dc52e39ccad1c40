// Package registry finds the boundary of an environment in a Parameter Store hierarchy, or in a local
// file with the same names and values.
//
// The hierarchy, below a prefix:
//
//	<environment>              the boundary of an environment
//	<project>/<environment>    that of an environment of one project
//	_default                   at either level, for environments not named
//	_account/<account id>      the name of the environment that an account is fixed to
//
// No error of this package repeats a value that does not have the form of a boundary: it may be a
// secret that lies under the same prefix.
package registry

import (
	"context"
	"fmt"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
)

// Source reads values. Values of names that do not exist are left out. Every other reason for which a
// value cannot be read is an error.
type Source interface {
	Values(ctx context.Context, names []string) (map[string]string, error)
}

// Entry is the boundary of an environment, with the SSM parameter that holds it.
type Entry struct {
	Name     string
	Fallback bool // the parameter is a _default
	Value    boundary.Value
}

// Lookup reads an environment's boundary, with one request to the source. It fails with a
// [*NotFoundError] only where the source says that no parameter exists.
func Lookup(ctx context.Context, source Source, prefix string, e environment.Environment) (Entry, error) {
	read, err := Read(ctx, source, prefix, e, "")
	if err != nil {
		return Entry{}, err
	}
	return read.Pick(e)
}

// Pick picks the value that answers for an environment: the most specific of the values that [Names] has.
// It fails with a [*NotFoundError] where there is none, and with an [*EntryError] where it is not a boundary.
func Pick(values map[string]string, prefix string, e environment.Environment) (Entry, error) {
	for _, name := range Names(prefix, e) {
		text, found := values[name]
		if !found {
			continue
		}
		entry, err := ParseEntry(prefix, name, text)
		if err != nil {
			holder, _ := Split(prefix, name)
			return Entry{}, &EntryError{holder, err}
		}
		return entry, nil
	}
	return Entry{}, &NotFoundError{e, prefix}
}

// ParseEntry reads what an SSM parameter below the prefix holds.
func ParseEntry(prefix, name, text string) (Entry, error) {
	value, err := boundary.Parse(text)
	if err != nil {
		// The error may name part of the value, which is for an operator who wrote it, and not for whoever
		// deploys a template.
		return Entry{}, fmt.Errorf("SSM parameter %s holds %w; its value is not shown, since it may be a secret", name, boundary.ErrForm)
	}
	return NewEntry(prefix, name, value)
}

// NewEntry checks that an SSM parameter below the prefix may hold a value. It refuses a placeholder that
// stands for what the author of a template chooses: with it, the author would choose the policy.
func NewEntry(prefix, name string, value boundary.Value) (Entry, error) {
	holder, _ := Split(prefix, name)
	entry := Entry{Name: name, Fallback: holder.Name == DefaultName, Value: value}
	reason := ""
	switch {
	case entry.Fallback && value.DependsOnTemplate():
		reason = "a _default may not use ${Environment} or ${Project}"
	case holder.Project == "" && value.UsesProject():
		reason = "only a project's own values may use ${Project}"
	default:
		return entry, nil
	}
	return Entry{}, fmt.Errorf("SSM parameter %s cannot hold %s; %s, since the author of a template would choose the policy", name, shortened(value), reason)
}

// Resolve returns the ARN for an account, a region and an environment. See [boundary.Value.Resolve].
func (e Entry) Resolve(s boundary.Scope) (string, error) {
	arn, err := e.Value.Resolve(s)
	if err != nil {
		return "", fmt.Errorf("SSM parameter %s holds %s: %w", e.Name, shortened(e.Value), err)
	}
	return arn, nil
}

// shortened leaves room in a message for what is wrong with a value.
func shortened(v boundary.Value) string {
	const limit = 300
	if text := v.String(); len(text) > limit {
		return text[:limit] + "…"
	}
	return v.String()
}
