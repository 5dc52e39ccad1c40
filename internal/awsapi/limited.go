package awsapi

import (
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go/logging"
)

// attemptTimeout leaves time for further attempts after one without an answer.
const attemptTimeout = 5 * time.Second

// Limited returns the same configuration, but its clients log nothing, end each attempt in time, and share their
// connections. The SDK's own lines would break the form of a log, and repeat what errors say. An HTTP client of another
// type than the SDK's keeps its own limit.
func Limited(cfg aws.Config) aws.Config {
	cfg.Logger = logging.Nop{}
	if cfg.HTTPClient == nil {
		cfg.HTTPClient = awshttp.NewBuildableClient()
	}
	if client, ok := cfg.HTTPClient.(*awshttp.BuildableClient); ok {
		cfg.HTTPClient = client.WithTimeout(attemptTimeout).Freeze()
	}
	return cfg
}

// LimitedTo is [Limited] with another limit of an attempt. The connections stay those of the configuration.
func LimitedTo(cfg aws.Config, limit time.Duration) aws.Config {
	cfg = Limited(cfg)
	if client, ok := cfg.HTTPClient.(*http.Client); ok {
		other := *client
		other.Timeout = limit
		cfg.HTTPClient = &other
	}
	return cfg
}
