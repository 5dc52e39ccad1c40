package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cftypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/mototest"
)

// processTree processes a template and, at each level, what its nested stacks lead to. moto runs no macro, so
// each processed child is put where moto finds it, and the stack is led there.
func (c *cloud) processTree(t *testing.T, text string) string {
	t.Helper()
	output, refusal := c.process(t, text, `{"Bucket":"assets"}`)
	if refusal != "" {
		t.Fatal(refusal)
	}
	var stack map[string]any
	if err := json.Unmarshal(output, &stack); err != nil {
		t.Fatal(err)
	}
	for id, resource := range stack["Resources"].(map[string]any) {
		r := resource.(map[string]any)
		if r["Type"] != "AWS::CloudFormation::Stack" {
			continue
		}
		properties := r["Properties"].(map[string]any)
		url := properties["TemplateURL"].(string)
		key := "processed-" + id + "-" + url[strings.LastIndex(url, "/")+1:]
		c.put(t, key, c.processTree(t, c.atURL(t, url)))
		properties["TemplateURL"] = "https://assets.s3.eu-west-1.amazonaws.com/" + key
	}
	processed, err := json.Marshal(stack)
	if err != nil {
		t.Fatal(err)
	}
	return string(processed)
}

// deploy creates a stack of a processed template, and lists the boundaries that IAM knows of its roles and
// of those of its nested stacks, by path.
func (c *cloud) deploy(t *testing.T, name, text string) map[string]string {
	t.Helper()
	config := mototest.Config(c.endpoint, "eu-west-1")
	stacks, roles := cloudformation.NewFromConfig(config), iam.NewFromConfig(config)
	_, err := stacks.CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: aws.String(name), TemplateBody: aws.String(text), Capabilities: []cftypes.Capability{cftypes.CapabilityCapabilityNamedIam},
	})
	if err != nil {
		t.Fatal(err)
	}
	waiter := cloudformation.NewStackCreateCompleteWaiter(stacks, func(o *cloudformation.StackCreateCompleteWaiterOptions) { o.MinDelay = 50 * time.Millisecond })
	if err := waiter.Wait(t.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String(name)}, time.Minute); err != nil {
		t.Fatal(err)
	}
	boundaries := make(map[string]string)
	var list func(path, stack string)
	list = func(path, stack string) {
		output, err := stacks.ListStackResources(t.Context(), &cloudformation.ListStackResourcesInput{StackName: aws.String(stack)})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range output.StackResourceSummaries {
			at := path + "/" + aws.ToString(r.LogicalResourceId)
			switch aws.ToString(r.ResourceType) {
			case "AWS::CloudFormation::Stack":
				list(at, aws.ToString(r.PhysicalResourceId))
			case "AWS::IAM::Role":
				role, err := roles.GetRole(t.Context(), &iam.GetRoleInput{RoleName: r.PhysicalResourceId})
				if err != nil {
					t.Fatal(err)
				}
				boundaries[at] = ""
				if b := role.Role.PermissionsBoundary; b != nil {
					boundaries[at] = aws.ToString(b.PermissionsBoundaryArn)
				}
			}
		}
	}
	list(name, name)
	return boundaries
}

const deployedRole = `"Role":{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[]}}}`

// Of a tree that is deployed, each role carries the boundary, as IAM sees it.
func TestTree_deployed(t *testing.T) {
	c := newTreeCloud(t)
	c.put(t, "yaml", "Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}\n"+
		"  Deep:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: !Sub 'https://${Bucket}.s3.${AWS::Region}.${AWS::URLSuffix}/deep'}\n")
	c.put(t, "deep", `{"Resources":{`+deployedRole+`}}`)
	root := declaredTemplate(deployedRole, child("First", "yaml"), child("Second", "deep"))
	want := map[string]string{
		"tree/Role": devARN, "tree/First/Role": devARN, "tree/First/Deep/Role": devARN, "tree/Second/Role": devARN,
	}
	if diff := cmp.Diff(want, c.deploy(t, "tree", c.processTree(t, root))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// A hundred children are seen to in one invocation; a new boundary leads each of them to another copy.
func TestTree_hundred_children(t *testing.T) {
	const children = 100
	c := newTreeCloud(t)
	resources := make([]string, children)
	for i := range children {
		key := fmt.Sprintf("child%d", i)
		c.put(t, key, fmt.Sprintf(`{"Description":"%d","Resources":{%s}}`, i, treeRole))
		resources[i] = child(fmt.Sprintf("Child%d", i), key)
	}
	root := declaredTemplate(resources...)
	before, refusal := c.process(t, root, `{"Bucket":"assets"}`)
	if refusal != "" || c.copies(t) != children {
		t.Fatalf("got %d copies, %s", c.copies(t), refusal)
	}
	mototest.PutParameter(t, c.endpoint, "eu-west-1", "/amplify-boundary/dev", devARN+"-2", types.ParameterTypeString)
	after, refusal := c.process(t, root, `{"Bucket":"assets"}`)
	if refusal != "" || c.copies(t) != 2*children || string(before) == string(after) {
		t.Errorf("with a new boundary: got %d copies, %s", c.copies(t), refusal)
	}
}

// A change set with nested stacks does not know another resource's output when it is made, and the stack
// operation knows it.
func TestTree_output_of_another_resource(t *testing.T) {
	c := newTreeCloud(t)
	c.put(t, "deep", `{"Resources":{`+treeRole+`}}`)
	root := declaredTemplate(child("Deep", "deep"))
	const want = "Deep (AWS::CloudFormation::Stack): TemplateURL cannot be known"
	if _, refusal := c.process(t, root, `{"Bucket":"{{IntrinsicFunction:tree/Assets.Outputs.Name/Fn::GetAtt}}"}`); !strings.Contains(refusal, want) {
		t.Errorf("unknown: got %q, want in it %q", refusal, want)
	}
	if _, refusal := c.process(t, root, `{"Bucket":"assets"}`); refusal != "" || c.copies(t) != 1 {
		t.Errorf("given: got %d copies, %s", c.copies(t), refusal)
	}
}
