// Package account asks AWS who is calling, what the account's policies say, and what they allow.
package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"amplify-boundary/internal/awsapi"
)

// Principal is who calls.
type Principal struct {
	AccountID string
	ARN       string
}

// Caller returns the ID of the account whose credentials are used.
func Caller(ctx context.Context, cfg aws.Config) (string, error) {
	identity, err := Identify(ctx, cfg)
	return identity.AccountID, err
}

// Identify returns whose credentials are used, see
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html.
func Identify(ctx context.Context, cfg aws.Config) (Principal, error) {
	call := awsapi.Call{Service: "STS", Action: "sts:GetCallerIdentity"}
	answer, err := sts.NewFromConfig(awsapi.Limited(cfg)).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	switch {
	case err != nil:
		err = call.Explain(ctx, err)
	case aws.ToString(answer.Account) == "":
		err = call.Unreadable()
	default:
		return Principal{*answer.Account, aws.ToString(answer.Arn)}, nil
	}
	return Principal{}, fmt.Errorf("ask AWS for the caller's account: %w", err)
}
