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
	Prefix      string
}

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("environment %s has no boundary: none of the SSM parameters %s exists; add one with: %s",
		e.Environment.Name, strings.Join(Names(e.Prefix, e.Environment), ", "), Command("add", e.Prefix, e.Environment))
}

// Command is the operator's command that adds or updates the boundary of an environment.
func Command(verb, prefix string, e environment.Environment) string {
	command := "amplify-boundary env " + verb + " " + e.Name
	if e.Project != "" {
		command += " --project " + e.Project
	}
	if prefix != DefaultPrefix {
		command += " --prefix " + prefix
	}
	return command
}

// UpdateCommand is the operator's command that changes an SSM parameter below the prefix.
func UpdateCommand(prefix, name string) string {
	holder := environment.Environment{Name: path.Base(name)}
	if project := strings.TrimPrefix(path.Dir(name), prefix); project != "" {
		holder.Project = strings.TrimPrefix(project, "/")
	}
	return Command("update", prefix, holder)
}

// Names lists the SSM parameters that may answer for an environment, the most specific first.
func Names(prefix string, e environment.Environment) []string {
	names := []string{prefix + "/" + e.Name, prefix + "/" + DefaultName}
	if e.Project != "" {
		project := prefix + "/" + e.Project
		names = append([]string{project + "/" + e.Name, project + "/" + DefaultName}, names...)
	}
	return slices.Compact(names) // an operator may ask for _default itself
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
		text, found := values[name]
		if !found {
			continue
		}
		entry, err := ParseEntry(prefix, name, text)
		if err != nil {
			return Entry{}, fmt.Errorf("%w; correct it with: %s", err, UpdateCommand(prefix, name))
		}
		return entry, nil
	}
	return Entry{}, &NotFoundError{Environment: e, Prefix: prefix}
}

// ParseEntry reads what an SSM parameter below the prefix holds.
func ParseEntry(prefix, name, text string) (Entry, error) {
	value, err := boundary.Parse(text)
	if err != nil {
		return Entry{}, fmt.Errorf("SSM parameter %s holds %w; its value is not shown, since it may be a secret", name, err)
	}
	return NewEntry(prefix, name, value)
}

// NewEntry checks that an SSM parameter below the prefix may hold a value. It refuses a placeholder that
// stands for what the author of a template chooses: with it, the author would choose the policy.
func NewEntry(prefix, name string, value boundary.Value) (Entry, error) {
	entry := Entry{Name: name, Fallback: path.Base(name) == DefaultName, Value: value}
	ofProject := path.Dir(name) != prefix
	reason := ""
	switch {
	case entry.Fallback && value.DependsOnTemplate():
		reason = "a _default may not use ${Environment} or ${Project}"
	case !ofProject && value.UsesProject():
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
