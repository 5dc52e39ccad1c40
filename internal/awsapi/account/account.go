// Package account reads from an account what the command needs: the caller, policies and what they allow, roles, and
// stacks. It changes nothing.
package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"amplify-boundary/internal/awsapi"
)

// Principal is the caller of AWS.
type Principal struct {
	AccountID string
	ARN       string
}

// Caller returns the ID of the caller's account.
func Caller(ctx context.Context, cfg aws.Config) (string, error) {
	identity, err := Identify(ctx, cfg)
	return identity.AccountID, err
}

// Identify returns the caller, see
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

// Decode returns what an encoded message of EC2 says about a denial, as JSON, see
// https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html.
func Decode(ctx context.Context, cfg aws.Config, message string) (string, error) {
	call := awsapi.Call{Service: "STS", Action: "sts:DecodeAuthorizationMessage"}
	answer, err := sts.NewFromConfig(awsapi.Limited(cfg)).DecodeAuthorizationMessage(ctx, &sts.DecodeAuthorizationMessageInput{EncodedMessage: &message})
	if err != nil {
		return "", fmt.Errorf("decode the message: %w", call.Explain(ctx, err))
	}
	return aws.ToString(answer.DecodedMessage), nil
}
