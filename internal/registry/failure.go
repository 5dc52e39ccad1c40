package registry

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/smithy-go"

	"amplify-boundary/internal/awsapi"
)

// callError says which call to Parameter Store failed, on which names, why and what to do.
func callError(ctx context.Context, action, names string, err error) error {
	return fmt.Errorf("%s of %s: %w", action, names, describe(ctx, action, err))
}

// errIncomplete says that an answer leaves open whether a parameter exists.
func errIncomplete(name string) error {
	return fmt.Errorf("the answer of Parameter Store says nothing about %s; try again, and check the endpoint if one is set", name)
}

// describe says why a call failed and what to do.
func describe(ctx context.Context, action string, err error) error {
	if api := (smithy.APIError)(nil); errors.As(err, &api) && api.ErrorCode() == "InvalidKeyId" {
		return errors.New("the KMS key of a SecureString cannot be used (InvalidKeyId); enable it, or write the value again")
	}
	call := awsapi.Call{Service: "Parameter Store", Action: action, Also: "the use of its KMS key if it is a SecureString"}
	return call.Explain(ctx, err)
}
