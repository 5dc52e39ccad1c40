package registry

import (
	"cmp"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// Patient returns a configuration whose clients wait out throttling, which a series of many calls meets. The SDK's own
// adaptive mode almost stops where it is throttled soon after its start. AWS_MAX_ATTEMPTS takes precedence.
func Patient(cfg aws.Config) aws.Config {
	const attempts, longestPause = 50, 1600 * time.Millisecond // at least half a minute
	maxAttempts := cmp.Or(cfg.RetryMaxAttempts, attempts)
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = maxAttempts
			// Parallel calls wait for different times, so that one of them is ready as soon as the service accepts calls again.
			o.Backoff = retry.NewExponentialJitterBackoff(longestPause)
			o.RateLimiter = ratelimit.None // it would give up where many calls are throttled
		})
	}
	return cfg
}
