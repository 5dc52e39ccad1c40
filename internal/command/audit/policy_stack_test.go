package audit_test

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"amplify-boundary/internal/test/commandtest"
	"amplify-boundary/internal/test/mototest"
)

// The service control policy names the parts of an installation as the outputs of its stack do: the names that
// CloudFormation makes of a long stack name match no pattern.
func TestPolicy_of_a_stack(t *testing.T) {
	const stack = "permissions-boundaries-of-the-platform-team-in-production"
	outputs := map[string]string{
		"FunctionArn":              "arn:aws:lambda:eu-west-1:123456789012:function:permissions-boundarie-AmplifyBoundaryFunctio-1a2b",
		"GuardFunctionArn":         "arn:aws:lambda:eu-west-1:123456789012:function:permissions-boundaries-of-the-GuardFunction-1a2b",
		"FunctionRoleArn":          "arn:aws:iam::123456789012:role/permissions-boundaries-o-AmplifyBoundaryRole-1a2b",
		"GuardRoleArn":             "arn:aws:iam::123456789012:role/permissions-boundaries-of-the-pla-GuardRole-1a2b",
		"GuardHookRoleArn":         "arn:aws:iam::123456789012:role/permissions-boundaries-of-the-GuardHookRole-1a2b",
		"DailyEvaluationRoleArn":   "arn:aws:iam::123456789012:role/permissions-boundaries-o-DailyEvaluationRole-1a2b",
		"ConfigRuleArn":            "arn:aws:config:eu-west-1:123456789012:config-rule/config-rule-1a2b3c",
		"NestedTemplateBucketName": "permissions-boundaries-nestedtemplatebucket-1a2b",
	}
	installation, err := os.ReadFile("../../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var declared []string
	for name, value := range outputs {
		declared = append(declared, fmt.Sprintf(`%q: {"Value": %q}`, name, value))
		if !regexp.MustCompile(`(?m)^Outputs:\n(  .*\n)*  ` + name + `:$`).Match(installation) {
			t.Errorf("template.yaml has no output %s", name)
		}
	}
	endpoint := mototest.Start(t)
	mototest.CreateStack(t, mototest.Config(endpoint, "eu-west-1"), stack,
		`{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}, "Outputs": {`+strings.Join(declared, ",")+"}}", nil)
	mototest.PutParameter(t, endpoint, "eu-west-1", "/amplify-boundary/dev", "arn:aws:iam::123456789012:policy/dev", types.ParameterTypeString)
	for _, variable := range mototest.Environ(endpoint, "eu-west-1") {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	mototest.CreateStack(t, mototest.Config(endpoint, "eu-west-1"), "orders", `{"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}`, nil)
	for _, kind := range []string{"scp", "deployer"} {
		exit, stdout, stderr := commandtest.Run(t, nil, nil, "policy", kind, "--macro-stack", "orders")
		if exit != 1 || stdout != "" || !strings.Contains(stderr, "error: stack orders is not the macro's: it has no output FunctionArn; name the macro's stack with --macro-stack") {
			t.Errorf("%s of another stack: got exit code %d: %s%s", kind, exit, stdout, stderr)
		}
	}
	exit, stdout, stderr := commandtest.Run(t, nil, nil, "policy", "scp", "--macro-stack", stack, "--except", "arn:aws:iam::*:role/platform-*")
	if exit != 0 || stderr != "" {
		t.Fatalf("got exit code %d: %s", exit, stderr)
	}
	var policy struct {
		Statement []struct{ Resource []string }
	}
	if err := json.Unmarshal([]byte(stdout), &policy); err != nil {
		t.Fatal(err)
	}
	protected := make(map[string]bool)
	for _, s := range policy.Statement {
		for _, resource := range s.Resource {
			protected[strings.TrimPrefix(resource, "arn:*:s3:::")] = true
			if strings.Contains(resource, "/"+stack+"-") || strings.Contains(resource, ":"+stack+"-") {
				t.Errorf("the policy has the pattern %s", resource)
			}
		}
	}
	for name, value := range outputs {
		if !protected[value] {
			t.Errorf("the policy does not protect %s; it protects %v", name, protected)
		}
	}
}
