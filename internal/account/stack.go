package account

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/smithy-go"

	"amplify-boundary/internal/awscall"
)

// ErrNoStack says that there is no stack of a name in the account and region.
var ErrNoStack = errors.New("there is no such stack in this account and region")

// Stack is a deployed stack.
type Stack struct {
	ARN     string
	Outputs map[string]string
}

// FindStack returns a stack by its name. It fails with [ErrNoStack] only where CloudFormation says that
// there is none, see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html.
func FindStack(ctx context.Context, cfg aws.Config, name string) (Stack, error) {
	call := awscall.Call{Service: "CloudFormation", Action: "cloudformation:DescribeStacks"}
	answer, err := cloudformation.NewFromConfig(awscall.Limited(cfg)).DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(name)})
	var api smithy.APIError
	switch {
	case errors.As(err, &api) && api.ErrorCode() == "ValidationError" && strings.Contains(api.ErrorMessage(), "does not exist"):
		return Stack{}, fmt.Errorf("stack %s: %w", name, ErrNoStack)
	case err != nil:
		return Stack{}, fmt.Errorf("ask CloudFormation for stack %s: %w", name, call.Explain(ctx, err))
	case len(answer.Stacks) != 1:
		return Stack{}, fmt.Errorf("ask CloudFormation for stack %s: %w", name, call.Unreadable())
	}
	stack := Stack{aws.ToString(answer.Stacks[0].StackId), make(map[string]string)}
	for _, output := range answer.Stacks[0].Outputs {
		stack.Outputs[aws.ToString(output.OutputKey)] = aws.ToString(output.OutputValue)
	}
	return stack, nil
}
