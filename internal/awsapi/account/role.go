package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"amplify-boundary/internal/awsapi"
)

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
