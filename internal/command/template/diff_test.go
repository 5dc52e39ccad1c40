package template_test

import (
	"fmt"
	"strings"
	"testing"

	"amplify-boundary/internal/test/commandtest"
)

// A diff of deep loops is in proportion to the template: indentation does not multiply it.
func TestTransform_diff_of_deep_loops(t *testing.T) {
	const levels, roles = 1000, 200
	template := `{"Resources":{` + strings.Repeat(`"Fn::ForEach::Loop":["X",["a"],{`, levels) + `"Topic":{"Type":"AWS::SNS::Topic"}`
	for i := range roles {
		template += fmt.Sprintf(`,"Role%d":{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":{}}}`, i)
	}
	template += strings.Repeat("}]", levels) + "}}"
	exit, stdout, stderr := commandtest.Run(t, nil, []byte(template), "transform", "-", "--diff", "--environment", "dev",
		"--registry", "../../../events/boundaries.json", "--account", "123456789012")
	if exit != 0 || !strings.Contains(stdout, `+"PermissionsBoundary": "arn:aws:iam::123456789012:policy/boundaries/dev"`) || len(stdout) > 4*len(template) {
		t.Errorf("%d bytes: got exit code %d, %d bytes: %.300s", len(template), exit, len(stdout), stderr)
	}
}
