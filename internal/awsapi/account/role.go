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

// FindRole returns the ARN of a role, which has its path, by its name. It fails with [ErrNoRole] only where IAM says
// that there is none, see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRole.html.
func FindRole(ctx context.Context, cfg aws.Config, name string) (arn string, err error) {
	call := awsapi.Call{Service: "IAM", Action: "iam:GetRole"}
	answer, err := iam.NewFromConfig(awsapi.Limited(cfg)).GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(name)})
	if missing := (*types.NoSuchEntityException)(nil); errors.As(err, &missing) {
		return "", fmt.Errorf("role %s: %w", name, ErrNoRole)
	}
	if err != nil {
		return "", fmt.Errorf("ask IAM for role %s: %w", name, call.Explain(ctx, err))
	}
	if answer.Role == nil || aws.ToString(answer.Role.Arn) == "" {
		return "", fmt.Errorf("ask IAM for role %s: %w", name, call.Unreadable())
	}
	return *answer.Role.Arn, nil
}
