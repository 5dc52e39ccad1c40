package registry

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/smithy-go"

	"amplify-boundary/internal/awscall"
)

// failed says which call to Parameter Store failed, on which names, why and what to do.
func failed(ctx context.Context, action, names string, err error) error {
	return fmt.Errorf("%s of %s: %w", action, names, explained(ctx, action, err))
}

// incomplete says that an answer leaves open whether a parameter exists.
func incomplete(name string) error {
	return fmt.Errorf("the answer of Parameter Store says nothing about %s; try again, and check the endpoint if one is set", name)
}

func explained(ctx context.Context, action string, err error) error {
	if api := (smithy.APIError)(nil); errors.As(err, &api) && api.ErrorCode() == "InvalidKeyId" {
		return errors.New("the KMS key of a SecureString cannot be used (InvalidKeyId); enable it, or write the value again")
	}
	call := awscall.Call{Service: "Parameter Store", Action: action, Also: "the use of its KMS key if it is a SecureString"}
	return call.Explain(ctx, err)
}
