package audit_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"amplify-boundary/internal/exception"
	"amplify-boundary/internal/test/commandtest"
	"amplify-boundary/internal/test/mototest"
)

// An account as Control Tower leaves it: the audit finds its roles, an exception leaves them out, and when the exception
// has ended, the audit finds them again.
func TestAudit_control_tower(t *testing.T) {
	const region, ofAWS = "eu-west-1", 5
	endpoint := mototest.Start(t)
	client := iam.NewFromConfig(mototest.Config(endpoint, region))
	create := func(name string, boundary *string) {
		_, err := client.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: &name, PermissionsBoundary: boundary,
			AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`)})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"AWSControlTowerExecution", "aws-controltower-AdministratorExecutionRole", "aws-controltower-ConfigRecorderRole",
		"stacksets-exec-0123456789abcdef0123456789abcdef", "OrganizationAccountAccessRole"} {
		create(name, nil)
	}
	create("orders-function", aws.String("arn:aws:iam::123456789012:policy/dev"))
	put := func(name, value string) {
		mototest.PutParameter(t, endpoint, region, "/amplify-boundary/"+name, value, types.ParameterTypeString)
	}
	put("dev", "arn:aws:iam::123456789012:policy/dev")
	environ := map[string]string{}
	for _, variable := range mototest.Environ(endpoint, region) {
		name, value, _ := strings.Cut(variable, "=")
		environ[name] = value
		t.Setenv(name, value) // the SDK reads them itself
	}

	exit, out, _ := commandtest.Run(t, environ, nil, "audit", "--regions", region)
	if exit != 3 || strings.Contains(out, "put-role-permissions-boundary") || !strings.Contains(out, "6 roles, 5 findings (5 missing)") {
		t.Errorf("without an exception: got exit code %d\n%s", exit, out)
	}
	for _, preset := range []string{"control-tower", "organizations"} {
		if got := strings.Count(out, "except add "+preset+" --preset "+preset); got != 1 {
			t.Errorf("preset %s is proposed %d times:\n%s", preset, got, out)
		}
	}

	until := ""
	except := func() {
		for _, e := range exception.Presets() {
			e.Until = until
			text, err := e.Encode()
			if err != nil {
				t.Fatal(err)
			}
			put("_except/"+e.Name, text)
		}
	}
	except()
	exit, out, errors := commandtest.Run(t, environ, nil, "audit", "--regions", region)
	if exit != 0 || out != "0 stacks, 6 roles, 0 findings, 5 excepted\n" || errors != "" {
		t.Errorf("with an exception: got exit code %d\n%s%s", exit, out, errors)
	}
	if exit, out, _ = commandtest.Run(t, environ, nil, "audit", "--regions", region, "--all"); exit != 0 || strings.Count(out, " excepted ") != ofAWS {
		t.Errorf("with --all: got exit code %d\n%s", exit, out)
	}

	until = "2026-01-31"
	except()
	exit, out, errors = commandtest.Run(t, environ, nil, "audit", "--regions", region)
	if exit != 3 || !strings.Contains(out, "6 roles, 5 findings (5 missing)") ||
		!strings.Contains(errors, "warning: exception control-tower ended on 2026-01-31: its roles are compared again\n") {
		t.Errorf("with an exception that has ended: got exit code %d\n%s%s", exit, out, errors)
	}

	put("_except/control-tower", `{"roles": ["*"], "reason": "hunter2"}`)
	_, _, errors = commandtest.Run(t, environ, nil, "audit", "--regions", region)
	if !strings.Contains(errors, "warning: SSM parameter /amplify-boundary/_except/control-tower: ") || strings.Contains(errors, "hunter2") {
		t.Errorf("with a malformed exception: got %s", errors)
	}
}
