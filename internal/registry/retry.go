package registry

import (
	"cmp"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// Patient returns a configuration whose clients wait out throttling, which a series of many calls meets. The SDK's own
// adaptive mode almost stops where it is throttled soon after its start. AWS_MAX_ATTEMPTS takes precedence.
func Patient(cfg aws.Config) aws.Config {
	const (
		attempts       = 50 // at least half a minute
		first, longest = 100 * time.Millisecond, 1600 * time.Millisecond
	)
	maxAttempts := cmp.Or(cfg.RetryMaxAttempts, attempts)
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = maxAttempts
			// Parallel calls wait for different times, so that one of them is ready as soon as the service accepts calls again.
			// The SDK's own delay begins with up to a second: an import of a thousand accounts would take minutes.
			o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) { // from 1
				return rand.N(min(longest, first<<min(max(attempt-1, 0), 4))), nil
			})
			o.RateLimiter = ratelimit.None // it would give up where many calls are throttled
		})
	}
	return cfg
}
