package mototest

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cftypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"amplify-boundary/internal/test/must"
)

// createLimit is far more than moto needs for a tree of stacks on a busy machine.
const createLimit = 2 * time.Minute

// CreateStack creates a stack in the account and region of a configuration, waits until it is complete, and returns its
// outputs.
func CreateStack(t testing.TB, config aws.Config, name, template string, parameters map[string]string) (outputs map[string]string) {
	t.Helper()
	stacks := cloudformation.NewFromConfig(config, func(o *cloudformation.Options) {
		o.RetryMaxAttempts = 1 // after a failure, moto keeps a part of the stack
	})
	input := &cloudformation.CreateStackInput{
		StackName: aws.String(name), TemplateBody: aws.String(template), Capabilities: []cftypes.Capability{cftypes.CapabilityCapabilityNamedIam},
	}
	for key, value := range parameters {
		input.Parameters = append(input.Parameters, cftypes.Parameter{ParameterKey: aws.String(key), ParameterValue: aws.String(value)})
	}
	_, err := stacks.CreateStack(t.Context(), input)
	must.Succeed(t, err)
	waiter := cloudformation.NewStackCreateCompleteWaiter(stacks, func(o *cloudformation.StackCreateCompleteWaiterOptions) { o.MinDelay = 50 * time.Millisecond })
	described, err := waiter.WaitForOutput(t.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String(name)}, createLimit)
	must.Succeed(t, err)
	outputs = make(map[string]string)
	for _, o := range described.Stacks[0].Outputs {
		outputs[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	return outputs
}

// RoleBoundaries returns the boundaries that IAM has for the roles of a stack and of its nested stacks, by path of stack name
// and logical IDs. A role without a boundary has an empty one.
func RoleBoundaries(t testing.TB, config aws.Config, stack string) map[string]string {
	t.Helper()
	stacks, roles := cloudformation.NewFromConfig(config), iam.NewFromConfig(config)
	boundaries := make(map[string]string)
	var list func(path, stack string)
	list = func(path, stack string) {
		output, err := stacks.ListStackResources(t.Context(), &cloudformation.ListStackResourcesInput{StackName: aws.String(stack)})
		must.Succeed(t, err)
		for _, r := range output.StackResourceSummaries {
			at := path + "/" + aws.ToString(r.LogicalResourceId)
			switch aws.ToString(r.ResourceType) {
			case "AWS::CloudFormation::Stack":
				list(at, aws.ToString(r.PhysicalResourceId))
			case "AWS::IAM::Role":
				role, err := roles.GetRole(t.Context(), &iam.GetRoleInput{RoleName: r.PhysicalResourceId})
				must.Succeed(t, err)
				boundaries[at] = ""
				if b := role.Role.PermissionsBoundary; b != nil {
					boundaries[at] = aws.ToString(b.PermissionsBoundaryArn)
				}
			}
		}
	}
	list(stack, stack)
	return boundaries
}

// objects is a client of moto's S3, which serves all buckets at one host.
func objects(endpoint, region string) *s3.Client {
	return s3.NewFromConfig(Config(endpoint, region), func(o *s3.Options) { o.UsePathStyle = true })
}

// CreateBucket creates a bucket unless it exists.
func CreateBucket(t testing.TB, endpoint, region, bucket string) {
	t.Helper()
	_, err := objects(endpoint, region).CreateBucket(t.Context(), &s3.CreateBucketInput{
		Bucket:                    aws.String(bucket),
		CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: s3types.BucketLocationConstraint(region)},
	})
	if owned := (*s3types.BucketAlreadyOwnedByYou)(nil); err != nil && !errors.As(err, &owned) {
		t.Fatal(err)
	}
}

// PutObject puts an object into a bucket, which it creates unless it exists.
func PutObject(t testing.TB, endpoint, region, bucket, key, text string) {
	t.Helper()
	CreateBucket(t, endpoint, region, bucket)
	_, err := objects(endpoint, region).PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(bucket), Key: aws.String(key), Body: bytes.NewReader([]byte(text))})
	must.Succeed(t, err)
}

// GetObject returns the content of an object.
func GetObject(t testing.TB, endpoint, region, bucket, key string) string {
	t.Helper()
	output, err := objects(endpoint, region).GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)})
	must.Succeed(t, err)
	text, err := io.ReadAll(output.Body)
	must.Succeed(t, err)
	return string(text)
}

// Objects lists the keys of a bucket, at most 1,000.
func Objects(t testing.TB, endpoint, region, bucket string) (keys []string) {
	t.Helper()
	output, err := objects(endpoint, region).ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String(bucket)})
	must.Succeed(t, err)
	for _, o := range output.Contents {
		keys = append(keys, aws.ToString(o.Key))
	}
	return keys
}
