package registry

import (
	"cmp"
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// Write is what one SSM parameter is to become.
type Write struct {
	Name, Value string
	Read        *Parameter // as it was read; nil: the parameter does not exist yet
}

// Patient returns a configuration whose clients wait out throttling, which many calls one after another meet.
// The SDK's own adaptive mode all but stops where it is throttled soon after its start. AWS_MAX_ATTEMPTS holds
// where it is set.
func Patient(cfg aws.Config) aws.Config {
	const attempts = 50 // half a minute at least
	maxAttempts := cmp.Or(cfg.RetryMaxAttempts, attempts)
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.Backoff = maxAttempts, retry.BackoffDelayerFunc(pause)
			o.RateLimiter = ratelimit.None // it would give up where many calls are throttled
		})
	}
	return cfg
}

// pause is how long to wait before an attempt, counted from 1. Of many that wait, each waits another time, so that
// one is always there when the service takes a call again.
func pause(attempt int, _ error) (time.Duration, error) {
	const first, longest = 100 * time.Millisecond, 1600 * time.Millisecond
	most := longest
	if attempt <= 4 {
		most = first << max(attempt-1, 0)
	}
	return rand.N(most), nil
}

// WriteAll writes several parameters side by side, each as by Add or Replace. After one that fails, it starts
// no other, and returns how many were written. See [Store].
func (s *OperatorStore) WriteAll(ctx context.Context, writes []Write, progress func(written, all int)) (written int, err error) {
	const atOnce = 8 // so that a Parameter Store which takes 10 writes a second seldom waits for the next
	b := batch{all: len(writes), writes: writes, progress: progress}
	var group sync.WaitGroup
	for range min(atOnce, len(writes)) {
		group.Go(func() {
			for w, left := b.next(); left; w, left = b.next() {
				b.finish(s.write(ctx, w))
			}
		})
	}
	group.Wait()
	return b.written, b.err
}

func (s *OperatorStore) write(ctx context.Context, w Write) error {
	if w.Read == nil {
		return s.Add(ctx, w.Name, w.Value)
	}
	_, err := s.Replace(ctx, *w.Read, w.Value)
	return err
}

// batch is the writes that are left to do.
type batch struct {
	all      int
	progress func(written, all int)

	mutex   sync.Mutex
	writes  []Write
	written int
	err     error // the first
}

// next takes a write out; there is none left after one that failed.
func (b *batch) next() (w Write, left bool) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.err != nil || len(b.writes) == 0 {
		return Write{}, false
	}
	w, b.writes = b.writes[0], b.writes[1:]
	return w, true
}

// finish counts a write, or keeps why it failed.
func (b *batch) finish(err error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if err != nil {
		if b.err == nil {
			b.err = err
		}
		return
	}
	b.written++
	if b.progress != nil {
		b.progress(b.written, b.all)
	}
}
