package account

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"

	"amplify-boundary/internal/awsapi"
)

// ErrNoStack reports that a stack does not exist in the account and region.
var ErrNoStack = errors.New("there is no such stack in this account and region")

// Stack is a deployed stack.
type Stack struct {
	Name       string
	ARN        string
	Status     string // such as UPDATE_COMPLETE
	Outputs    map[string]string
	Parameters map[string]string // CloudFormation hides some values with asterisks
}

// FindStack returns a stack by its name. It fails with [ErrNoStack] only where CloudFormation says that there is none,
// see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html.
func FindStack(ctx context.Context, cfg aws.Config, name string) (Stack, error) {
	call := awsapi.Call{Service: "CloudFormation", Action: "cloudformation:DescribeStacks"}
	answer, err := cloudformation.NewFromConfig(awsapi.Limited(cfg)).DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(name)})
	switch {
	case isMissing(err):
		return Stack{}, fmt.Errorf("stack %s: %w", name, ErrNoStack)
	case err != nil:
		return Stack{}, fmt.Errorf("ask CloudFormation for stack %s: %w", name, call.Explain(ctx, err))
	case len(answer.Stacks) != 1:
		return Stack{}, fmt.Errorf("ask CloudFormation for stack %s: %w", name, call.Unreadable())
	}
	found := answer.Stacks[0]
	stack := Stack{aws.ToString(found.StackName), aws.ToString(found.StackId), string(found.StackStatus), make(map[string]string), make(map[string]string)}
	for _, output := range found.Outputs {
		stack.Outputs[aws.ToString(output.OutputKey)] = aws.ToString(output.OutputValue)
	}
	for _, parameter := range found.Parameters {
		stack.Parameters[aws.ToString(parameter.ParameterKey)] = aws.ToString(parameter.ParameterValue)
	}
	return stack, nil
}

// StackOf returns the name of the stack that has a resource, by the resource's type and physical ID. It fails with
// [ErrNoStack] where no stack of the account and region has it, see
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html.
func StackOf(ctx context.Context, cfg aws.Config, resourceType, physicalID string) (string, error) {
	call := awsapi.Call{Service: "CloudFormation", Action: "cloudformation:DescribeStackResources"}
	answer, err := cloudformation.NewFromConfig(awsapi.Limited(cfg)).DescribeStackResources(ctx, &cloudformation.DescribeStackResourcesInput{
		PhysicalResourceId: aws.String(physicalID),
	})
	switch {
	case isMissing(err):
	case err != nil:
		return "", fmt.Errorf("ask CloudFormation for the stack of %s: %w", physicalID, call.Explain(ctx, err))
	default:
		for _, resource := range answer.StackResources {
			if aws.ToString(resource.ResourceType) == resourceType && aws.ToString(resource.PhysicalResourceId) == physicalID {
				return aws.ToString(resource.StackName), nil
			}
		}
	}
	return "", fmt.Errorf("%s %s: %w", resourceType, physicalID, ErrNoStack)
}

// isMissing reports whether CloudFormation says that a stack does not exist.
func isMissing(err error) bool {
	return awsapi.Code(err) == "ValidationError" && strings.Contains(err.Error(), "does not exist")
}
