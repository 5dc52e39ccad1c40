// Package registry finds the boundary of an environment in a Parameter Store hierarchy, or in a local
// file with the same names and values.
//
// The hierarchy, below a prefix:
//
//	<environment>              the boundary of an environment
//	<project>/<environment>    that of an environment of one project
//	_default                   at either level, for environments not named
//
// No error of this package repeats a value that does not have the form of a boundary: it may be a
// secret that lies under the same prefix.
package registry

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
)

// DefaultPrefix is where the hierarchy begins unless its operator chose another place.
const DefaultPrefix = "/amplify-boundary"

// DefaultName is the last part of the names that answer for environments not named.
const DefaultName = "_default"

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

// NotFoundError says that no parameter answers for an environment.
type NotFoundError struct {
	Environment environment.Environment
	Names       []string // the SSM parameters looked for
}

func (e *NotFoundError) Error() string {
	command := "amplify-boundary env add " + e.Environment.Name
	if e.Environment.Project != "" {
		command += " --project " + e.Environment.Project
	}
	return fmt.Sprintf("environment %s has no boundary: none of the SSM parameters %s exists; add one with: %s",
		e.Environment.Name, strings.Join(e.Names, ", "), command)
}

// Names lists the SSM parameters that may answer for an environment, the most specific first.
func Names(prefix string, e environment.Environment) []string {
	names := []string{path.Join(prefix, e.Name), path.Join(prefix, DefaultName)}
	if e.Project != "" {
		names = append([]string{path.Join(prefix, e.Project, e.Name), path.Join(prefix, e.Project, DefaultName)}, names...)
	}
	return slices.Compact(names)
}

// Lookup reads an environment's boundary, with one request to the source. It fails with a
// [*NotFoundError] only where the source says that no parameter exists.
func Lookup(ctx context.Context, source Source, prefix string, e environment.Environment) (Entry, error) {
	names := Names(prefix, e)
	values, err := source.Values(ctx, names)
	if err != nil {
		return Entry{}, err
	}
	for _, name := range names {
		if text, found := values[name]; found {
			return parse(name, text)
		}
	}
	return Entry{}, &NotFoundError{Environment: e, Names: names}
}

// parse reads the value of a parameter.
func parse(name, text string) (Entry, error) {
	value, err := boundary.Parse(text)
	if err != nil {
		return Entry{}, fmt.Errorf("SSM parameter %s holds %w; its value is not shown, since it may be a secret; correct it with: amplify-boundary env update", name, err)
	}
	entry := Entry{Name: name, Fallback: path.Base(name) == DefaultName, Value: value}
	if entry.Fallback && value.DependsOnTemplate() {
		return Entry{}, fmt.Errorf("SSM parameter %s holds %s; a _default may not use ${Environment} or ${Project}, "+
			"since the author of a template would choose the policy", name, value)
	}
	return entry, nil
}

// Resolve returns the ARN for an account, a region and an environment. See [boundary.Value.Resolve].
func (e Entry) Resolve(s boundary.Scope) (string, error) {
	arn, err := e.Value.Resolve(s)
	if err != nil {
		return "", fmt.Errorf("SSM parameter %s holds %s: %w", e.Name, e.Value, err)
	}
	return arn, nil
}
