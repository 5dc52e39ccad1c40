package awsapi

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go/logging"
)

// attemptTimeout leaves time for the SDK's further attempts when one gets no answer.
const attemptTimeout = 5 * time.Second

// Limited returns a configuration whose clients log nothing and end each attempt in time. The SDK's own
// lines would break the form of a log, and the error says what they say. The rest of the configuration
// holds, such as the certificates that AWS_CA_BUNDLE names. An HTTP client of another type than the SDK's
// keeps its own limit.
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
