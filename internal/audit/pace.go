package audit

import (
	"cmp"
	"context"
	"sync"
	"time"
)

// defaultInterval gives ten calls a second, which CloudFormation answers without throttling.
const defaultInterval = 100 * time.Millisecond

// Pace keeps calls apart.
type Pace struct {
	Interval time.Duration // between two calls; 0: a tenth of a second

	mutex sync.Mutex
	next  time.Time
}

// wait waits until the next call may start. A nil pace does not wait.
func (p *Pace) wait(ctx context.Context) error {
	if p == nil {
		return ctx.Err()
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Until(p.next)):
		p.next = time.Now().Add(cmp.Or(p.Interval, defaultInterval))
		return nil
	}
}
