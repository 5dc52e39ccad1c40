package audit

import (
	"cmp"
	"context"
	"sync"
	"time"
)

// pageTimeout is how long an attempt may take: a page of a thousand roles is large.
const pageTimeout = 30 * time.Second

// defaultInterval leaves CloudFormation ten calls a second, which it answers without throttling.
const defaultInterval = 100 * time.Millisecond

// Pace keeps calls apart.
type Pace struct {
	Interval time.Duration // between two calls; 0: a tenth of a second

	mutex sync.Mutex
	next  time.Time
}

// wait waits until the next call may be made. A nil pace waits for nothing.
func (p *Pace) wait(ctx context.Context) error {
	if p == nil {
		return ctx.Err()
	}
	p.mutex.Lock()
	now := time.Now()
	if p.next.Before(now) {
		p.next = now
	}
	delay := p.next.Sub(now)
	p.next = p.next.Add(cmp.Or(p.Interval, defaultInterval))
	p.mutex.Unlock()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(delay):
		return nil
	}
}
