// Package account reads from an account what the command needs: the caller, policies and what they allow, roles, and
// stacks. It changes nothing.
package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
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

// ErrNoRole reports that a role does not exist.
var ErrNoRole = errors.New("the role does not exist in this account")

// Role is a role of the account.
type Role struct {
	ARN      string // with the role's path
	Boundary string // the ARN of its permissions boundary; empty: none
}

// FindRole returns a role by its name. It fails with [ErrNoRole] only where IAM says
// that there is none, see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html.
func FindRole(ctx context.Context, cfg aws.Config, name string) (Role, error) {
	call := awsapi.Call{Service: "IAM", Action: "iam:GetRole"}
	answer, err := iam.NewFromConfig(awsapi.Limited(cfg)).GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(name)})
	if missing := (*types.NoSuchEntityException)(nil); errors.As(err, &missing) {
		return Role{}, fmt.Errorf("role %s: %w", name, ErrNoRole)
	}
	if err != nil {
		return Role{}, fmt.Errorf("ask IAM for role %s: %w", name, call.Explain(ctx, err))
	}
	if answer.Role == nil || aws.ToString(answer.Role.Arn) == "" {
		return Role{}, fmt.Errorf("ask IAM for role %s: %w", name, call.Unreadable())
	}
	role := Role{ARN: *answer.Role.Arn}
	if b := answer.Role.PermissionsBoundary; b != nil {
		role.Boundary = aws.ToString(b.PermissionsBoundaryArn)
	}
	return role, nil
}
