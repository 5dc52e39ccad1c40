package assess

import (
	"context"
	"sync"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/registry"
)

// sharedRegistry is a registry that is read once for all accounts.
type sharedRegistry struct {
	audit.Registry
	lists     calls[[]registry.Parameter]
	histories calls[[]registry.Version]
}

func newSharedRegistry(r audit.Registry) *sharedRegistry { return &sharedRegistry{Registry: r} }

func (s *sharedRegistry) List(ctx context.Context, path string) ([]registry.Parameter, error) {
	return s.lists.once(path, func() ([]registry.Parameter, error) { return s.Registry.List(ctx, path) })
}

func (s *sharedRegistry) History(ctx context.Context, name string) ([]registry.Version, error) {
	return s.histories.once(name, func() ([]registry.Version, error) { return s.Registry.History(ctx, name) })
}

// calls are the results of calls, by what they ask for.
type calls[T any] struct{ results sync.Map }

// once returns the result of the first call of its kind.
func (c *calls[T]) once(key string, call func() (T, error)) (T, error) {
	result, _ := c.results.LoadOrStore(key, sync.OnceValues(call))
	return result.(func() (T, error))()
}
