// Package registrytest has sources of boundaries for tests.
package registrytest

import (
	"context"
	"maps"
	"slices"
)

// Values is a source that holds some values by the names of their SSM parameters, and never fails.
type Values map[string]string

// Values returns the values that the source holds of the names, as Parameter Store would.
func (v Values) Values(_ context.Context, names []string) (map[string]string, error) {
	found := maps.Clone(v)
	maps.DeleteFunc(found, func(name, _ string) bool { return !slices.Contains(names, name) })
	return found, nil
}

// Func is a source that does what a test needs.
type Func func(ctx context.Context, names []string) (map[string]string, error)

// Values calls the function.
func (f Func) Values(ctx context.Context, names []string) (map[string]string, error) {
	return f(ctx, names)
}
