package audit_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/go-json-experiment/json"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
	"amplify-boundary/internal/test/mototest"
)

// deployedTemplate has a role with or without a boundary. moto runs no macro.
const deployedTemplate = `Transform: AmplifyBoundary
Parameters: {env: {Type: String, Default: dev}}
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: %s
      %s
      AssumeRolePolicyDocument: {Version: "2012-10-17", Statement: []}
`

func TestAudit(t *testing.T) {
	const region = "eu-west-1"
	endpoint := mototest.Start(t)
	cfg := mototest.Config(endpoint, region)
	mototest.PutParameter(t, endpoint, region, "/amplify-boundary/dev", "arn:aws:iam::123456789012:policy/dev", types.ParameterTypeString)
	stacks := cloudformation.NewFromConfig(cfg)
	for name, boundary := range map[string]string{"bare": "", "bounded": "PermissionsBoundary: arn:aws:iam::123456789012:policy/dev"} {
		_, err := stacks.CreateStack(t.Context(), &cloudformation.CreateStackInput{
			StackName: aws.String(name), TemplateBody: aws.String(fmt.Sprintf(deployedTemplate, name+"-role", boundary)),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := iam.NewFromConfig(cfg).CreateRole(t.Context(), &iam.CreateRoleInput{
		RoleName: aws.String("lonely"), AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`),
	}); err != nil {
		t.Fatal(err)
	}
	for _, variable := range mototest.Environ(endpoint, region) {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	run := func(arguments ...string) (code int, out, err string) {
		var stdout, stderr bytes.Buffer
		code = program.Run(t.Context(), command.IO{In: strings.NewReader(""), Out: &stdout, Err: &stderr, Getenv: os.Getenv}, append([]string{"audit"}, arguments...))
		return code, stdout.String(), stderr.String()
	}

	code, out, errors := run()
	if code != 3 || !strings.Contains(out, "--stack-name bare --change-set-name revert-drift") ||
		!strings.Contains(out, "put-role-permissions-boundary --role-name lonely") || strings.Contains(out, "bounded") {
		t.Errorf("got exit code %d\n%s%s", code, out, errors)
	}
	if want := "\n2 stacks, 3 roles, 2 findings (2 missing)\n\nmissing:\n"; !strings.Contains(out, want) {
		t.Errorf("got %q, want %q", out, want)
	}
	if want := "amplify-boundary: hint: only the stacks of eu-west-1 were read; --regions all also finds the roles of other regions' stacks\n"; errors != want {
		t.Errorf("got %q, want %q", errors, want)
	}
	if code, out, errors = run("--stack-name", "bounded"); code != 0 || out != "1 stack, 1 role, 0 findings\n" || errors != "" {
		t.Errorf("a right stack: got exit code %d\n%s%s", code, out, errors)
	}
	if code, _, errors = run("--environment", "prod"); code != 1 || !strings.Contains(errors, "environment prod does not exist") {
		t.Errorf("an environment that does not exist: got exit code %d\n%s", code, errors)
	}
	if code, out, _ = run("--output", "csv"); code != 3 {
		t.Errorf("as CSV: got exit code %d", code)
	}
	if rows, err := csv.NewReader(strings.NewReader(out)).ReadAll(); err != nil || len(rows) != 3 || rows[1][0] != "missing" || rows[1][1] != "bare-role" {
		t.Errorf("got rows %q, %v", rows, err)
	}
	for _, form := range []string{"json", "sarif"} {
		code, out, _ := run("--output", form, "--all")
		if code != 3 || json.Unmarshal([]byte(out), new(any)) != nil || !strings.Contains(out, "arn:aws:iam::123456789012:role/lonely") {
			t.Errorf("%s: got exit code %d\n%s", form, code, out)
		}
	}
	_, out, _ = run("--output", "json")
	for _, member := range []string{"roles", "kind", "declares", "logicalId", "wanted", "repair", "errors", "totals", "undeclared"} {
		if !strings.Contains(out, `"`+member+`":`) {
			t.Errorf("the JSON has no member %s:\n%s", member, out)
		}
	}
	if code, _, errors = run("--regions", "eu-west-1,us-east-1", "--output", "json"); code != 3 || !strings.Contains(errors, "2 stacks, 3 roles") {
		t.Errorf("two regions: got exit code %d\n%s", code, errors)
	}
}
