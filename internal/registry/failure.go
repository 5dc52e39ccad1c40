package registry

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/aws/smithy-go"
)

// explained says what a failed call to Parameter Store means and what to do. It leaves out what the
// service answered, beyond error codes and the reason of a denial.
func explained(ctx context.Context, err error) error {
	var api smithy.APIError
	var unreadable *smithy.DeserializationError
	var network net.Error
	switch {
	case errors.As(err, &api):
		return explainedCode(api)
	case errors.As(err, &unreadable):
		return fmt.Errorf("the answer cannot be read as Parameter Store's; try again, and check the endpoint if one is set")
	case ctx.Err() != nil, errors.As(err, &network) && network.Timeout():
		return errors.New("no answer in time; try again, and check that Parameter Store can be reached from here")
	case network != nil:
		return fmt.Errorf("Parameter Store cannot be reached (%v); check the network and the endpoint", network)
	case strings.Contains(err.Error(), "get credentials"):
		return errors.New("there are no AWS credentials; set a profile or the AWS environment variables")
	default:
		return err
	}
}

func explainedCode(api smithy.APIError) error {
	switch code := api.ErrorCode(); code {
	case "AccessDeniedException", "AccessDenied":
		return fmt.Errorf("access denied (%s); allow ssm:GetParameters on them, and kms:Decrypt on the key of a SecureString", api.ErrorMessage())
	case "ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded":
		return errors.New("throttled, after several attempts; try again later")
	case "InvalidKeyId":
		return errors.New("the KMS key of a SecureString cannot be used (InvalidKeyId); enable it, or write the value again")
	case "ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException", "InvalidSignatureException", "InvalidClientTokenId":
		return fmt.Errorf("the AWS credentials are refused (%s); renew them", code)
	default:
		return fmt.Errorf("Parameter Store answers with error %.60s; try again", code)
	}
}
