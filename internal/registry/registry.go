// Package registry keeps the boundaries of environments in a Parameter Store hierarchy, or in a local file with the
// same names and values.
//
// The hierarchy, below a prefix:
//
//	<environment>              the boundary of an environment
//	<project>/<environment>    the boundary of an environment of one project
//	_default                   at either level: the boundary of environments that are not named
//	_account/<account id>      the name of the environment that an account is fixed to
//	_except/<name>             an exception, see package exception
//
// No error of this package quotes a value that does not have the form of a boundary, because it can be a secret that is
// stored under the same prefix.
package registry

import (
	"context"
	"fmt"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/environment"
)

// Source reads the values of SSM parameters, and leaves out those that do not exist. Anything else that keeps it from
// reading a value is an error.
type Source interface {
	Values(ctx context.Context, names []string) (map[string]string, error)
}

// Entry is the value of a boundary, with the SSM parameter that holds it.
type Entry struct {
	Name     string
	Fallback bool // whether the SSM parameter is a [DefaultName]
	Value    boundary.Value
}

// Lookup reads the entry that answers for an environment, by one request to the source. It fails with a
// [*NotFoundError] only where the source says that there is none.
func Lookup(ctx context.Context, source Source, prefix string, e environment.Environment) (Entry, error) {
	read, err := Read(ctx, source, prefix, e, "")
	if err != nil {
		return Entry{}, err
	}
	return read.Pick(e)
}

// Pick returns the entry that answers for an environment: the first of [Names] that has a value. It fails with a
// [*NotFoundError] where there is none, and with an [*EntryError] where it is not a boundary.
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

// ParseEntry returns the entry of an SSM parameter below the prefix. It fails where the value is not a boundary, or
// cannot be one there.
func ParseEntry(prefix, name, text string) (Entry, error) {
	value, err := boundary.Parse(text)
	if err != nil {
		// The error can quote a part of the value: that is for the operator who wrote it, not for anyone who deploys.
		return Entry{}, fmt.Errorf("SSM parameter %s holds %w; its value is not shown, since it may be a secret", name, boundary.ErrForm)
	}
	return NewEntry(prefix, name, value)
}

// NewEntry returns the entry of an SSM parameter below the prefix with a value. It fails where a placeholder of the value
// would let a template's author choose the policy.
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

// Resolve returns the boundary's ARN in a scope, see [boundary.Value.Resolve].
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
	return cfn.Shorten(v.String(), limit)
}
