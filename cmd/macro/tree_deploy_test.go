package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/mototest"
)

// Of a tree that is deployed, each role carries the boundary, as IAM sees it.
func TestTree_deployed(t *testing.T) {
	c := newTreeCloud(t)
	c.put(t, "yaml", "Parameters: {Bucket: {Type: String, Default: assets}}\nResources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}\n"+
		"  Deep:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: !Sub 'https://${Bucket}.s3.${AWS::Region}.${AWS::URLSuffix}/deep'}\n")
	c.put(t, "deep", `{"Resources":{`+treeRole+`}}`)
	root := declaredTemplate(treeRole, child("First", "yaml"), child("Second", "deep"))
	want := map[string]string{
		"root/Role": devARN, "root/First/Role": devARN, "root/First/Deep/Role": devARN, "root/Second/Role": devARN,
	}
	if diff := cmp.Diff(want, c.create(t, root, 0).Deploy(t, c.endpoint, nil, everything)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// One invocation processes and bounds a hundred children; a new boundary gives each of them another copy.
func TestTree_hundred_children(t *testing.T) {
	const children = 100
	c := newTreeCloud(t)
	resources, want := make([]string, children), make(map[string]string)
	for i := range children {
		key := fmt.Sprintf("child%d", i)
		want[fmt.Sprintf("root/Child%d/Role", i)] = devARN
		c.put(t, key, fmt.Sprintf(`{"Description":"%d","Resources":{%s}}`, i, treeRole))
		resources[i] = child(fmt.Sprintf("Child%d", i), key)
	}
	root := declaredTemplate(resources...)
	before := c.create(t, root, 0)
	if before.Refusal != "" || c.copies(t) != children {
		t.Fatalf("got %d copies, %s", c.copies(t), before.Refusal)
	}
	if diff := cmp.Diff(want, before.Deploy(t, c.endpoint, nil, everything)); diff != "" {
		t.Errorf("in IAM (-want +got):\n%s", diff)
	}
	mototest.PutParameter(t, c.endpoint, "eu-west-1", "/amplify-boundary/dev", devARN+"-2", types.ParameterTypeString)
	after := c.create(t, root, 1)
	if after.Refusal != "" || c.copies(t) != 2*children || string(before.Processed) == string(after.Processed) {
		t.Errorf("with a new boundary: got %d copies, %s", c.copies(t), after.Refusal)
	}
}

// A change set with nested stacks does not know another resource's output when it is made, and the stack
// operation knows it.
func TestTree_output_of_another_resource(t *testing.T) {
	c := newTreeCloud(t)
	c.put(t, "deep", `{"Resources":{`+treeRole+`}}`)
	root := declaredTemplate(child("Deep", "deep"))
	const want = "Deep (AWS::CloudFormation::Stack): TemplateURL cannot be evaluated"
	unknown := map[string]string{"Bucket": "{{IntrinsicFunction:tree/Assets.Outputs.Name/Fn::GetAtt}}"}
	if got := c.createWith(t, root, 1, unknown).Refusal; !strings.Contains(got, want) {
		t.Errorf("unknown: got %q, want in it %q", got, want)
	}
	if got := c.createWith(t, root, 1, map[string]string{"Bucket": "assets"}).Refusal; got != "" || c.copies(t) != 1 {
		t.Errorf("given: got %d copies, %s", c.copies(t), got)
	}
}
