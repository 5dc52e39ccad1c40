package awsapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Call names a call to AWS in messages.
type Call struct {
	Service string // such as Parameter Store
	Action  string // the IAM action that allows the call, such as ssm:GetParameters
	Also    string // what else the call can need; empty: nothing
}

// CredentialsError reports why there are no credentials for a call, in words that its message can quote.
type CredentialsError struct{ Err error }

func (e *CredentialsError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *CredentialsError) Unwrap() error { return e.Err }

// Explain returns an error that says why the call failed and what to do. Of the service's answer, it quotes only error
// codes and the reason of a denial.
func (c Call) Explain(ctx context.Context, err error) error {
	var credentials *CredentialsError
	var api smithy.APIError
	var unreadable *smithy.DeserializationError
	var network net.Error
	var response *smithyhttp.ResponseError
	var operation *smithy.OperationError
	switch {
	case errors.As(err, &credentials):
		return credentials.Err
	case strings.Contains(err.Error(), "get credentials"): // for any reason of the SDK
		return errors.New("there are no usable AWS credentials; set a profile or the AWS environment variables")
	case errors.As(err, &api):
		return c.explainCode(api)
	case ctx.Err() != nil, errors.As(err, &network) && network.Timeout():
		return fmt.Errorf("no answer in time; try again, and check that %s can be reached from here", c.Service)
	case errors.As(err, &unreadable):
		return c.Unreadable()
	case network != nil:
		return fmt.Errorf("no connection to %s (%v); check the network and the endpoint", c.Service, network)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the answer of %s broke off; try again", c.Service)
	case errors.As(err, &response): // not from the service, but from a proxy, for example
		return c.Unreadable()
	case errors.As(err, &operation):
		return operation.Err
	default:
		return err
	}
}

// Unreadable returns the error for an answer that is not the service's.
func (c Call) Unreadable() error {
	return fmt.Errorf("the answer cannot be read as %s's; try again, and check the endpoint if one is set", c.Service)
}

func (c Call) explainCode(api smithy.APIError) error {
	switch code := api.ErrorCode(); code {
	case "AccessDeniedException", "AccessDenied":
		denial := "access denied"
		if reason := api.ErrorMessage(); reason != "" {
			denial += " (" + reason + ")"
		}
		advice := "; allow " + c.Action + " there"
		if c.Also != "" {
			advice += ", and " + c.Also
		}
		return errors.New(denial + advice)
	case "ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded":
		return errors.New("throttled, after several attempts; try again later")
	case "ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException", "InvalidSignatureException",
		"InvalidClientTokenId", "SignatureDoesNotMatch":
		return fmt.Errorf("the AWS credentials are refused (%s); renew them", code)
	default:
		const limit, characters = 60, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz."
		if code == "" || len(code) > limit || strings.Trim(code, characters) != "" { // it must not be quoted
			code = "without a code"
		}
		return fmt.Errorf("error from %s: %s; try again", c.Service, code)
	}
}

// Code returns the error code of a service's answer; empty if there is none.
func Code(err error) string {
	if api, found := errors.AsType[smithy.APIError](err); found {
		return api.ErrorCode()
	}
	return ""
}
