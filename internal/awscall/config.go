// Package awscall holds what calls to AWS have in common: a time limit for each attempt, and words for
// the ways in which they fail.
package awscall

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go/logging"
)

// attemptTimeout leaves time for the SDK's further attempts when one gets no answer.
const attemptTimeout = 5 * time.Second

// Limited returns a configuration whose attempts end in time and whose clients log nothing: what is worth
// a word is in the error, and the SDK's lines would break the form of a log. The rest of the
// configuration holds, such as the certificates that AWS_CA_BUNDLE names.
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
