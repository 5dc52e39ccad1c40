// Package registrytest stands in for the registry in tests.
package registrytest

import (
	"context"
	"maps"
	"slices"
)

// Values is a registry that has the values of SSM parameters by name, and never fails.
type Values map[string]string

// Values returns the values of those names that exist, as Parameter Store does.
func (v Values) Values(_ context.Context, names []string) (map[string]string, error) {
	found := maps.Clone(v)
	maps.DeleteFunc(found, func(name, _ string) bool { return !slices.Contains(names, name) })
	return found, nil
}

// Func is a registry whose answers a function gives.
type Func func(ctx context.Context, names []string) (map[string]string, error)

// Values calls the function.
func (f Func) Values(ctx context.Context, names []string) (map[string]string, error) {
	return f(ctx, names)
}
