package awsapi

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go/logging"
)

// attemptTimeout leaves time for further attempts after one without an answer.
const attemptTimeout = 5 * time.Second

// Limited returns the same configuration, but its clients log nothing and end each attempt in time. The SDK's own lines
// would break the form of a log, and repeat what errors say. An HTTP client of another type than the SDK's keeps its own
// limit.
func Limited(cfg aws.Config) aws.Config {
	cfg.Logger = logging.Nop{}
	switch client := cfg.HTTPClient.(type) {
	case nil:
		cfg.HTTPClient = awshttp.NewBuildableClient().WithTimeout(attemptTimeout)
	case *awshttp.BuildableClient:
		cfg.HTTPClient = client.WithTimeout(attemptTimeout)
	}
	return cfg
}
