package prove_test

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
	"amplify-boundary/internal/test/iamtest"
	"amplify-boundary/internal/test/mototest"
)

// The policy of the last step of Amplify's documentation denies, and allows nothing.
const (
	amplifyPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["dynamodb:Scan"],"Resource":["arn:aws:dynamodb:*:*:table/users"]}]}`
	workingPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},
{"Sid":"NoScanOfUsers","Effect":"Deny","Action":"dynamodb:Scan","Resource":"arn:aws:dynamodb:*:*:table/users"}]}`
	usersTable  = "arn:aws:dynamodb:eu-west-1:123456789012:table/users"
	ordersTable = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
)

func TestSimulate(t *testing.T) {
	const region = "eu-west-1"
	endpoint := mototest.Start(t)
	cfg := mototest.Config(endpoint, region)
	mototest.CreatePolicy(t, cfg, "documented", amplifyPolicy)
	mototest.CreatePolicy(t, cfg, "boundaries/bookshop-dev", workingPolicy)
	mototest.CreatePolicy(t, cfg, "conditional", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]}`)
	for name, value := range map[string]string{
		"documented": "arn:aws:iam::${AWS::AccountId}:policy/documented", "conditional": "arn:aws:iam::123456789012:policy/conditional",
		"dev": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/boundaries/bookshop-${Environment}", "open": "none",
		"gone": "arn:aws:iam::123456789012:policy/gone", "foreign": "arn:aws:iam::210987654321:policy/foreign", "shop/dev": "none",
	} {
		mototest.PutParameter(t, endpoint, region, "/amplify-boundary/"+name, value, types.ParameterTypeString)
	}
	front := new(iamtest.IAM).Start(t, endpoint)
	environ := func(endpoint string) {
		for _, variable := range mototest.Environ(endpoint, region) {
			name, value, _ := strings.Cut(variable, "=")
			t.Setenv(name, value)
		}
	}
	environ(front)
	run := func(line string) (code int, out, err string) {
		var stdout, stderr bytes.Buffer
		streams := command.IO{In: strings.NewReader(""), Out: &stdout, Err: &stderr, Getenv: os.Getenv}
		code = program.Run(t.Context(), streams, append([]string{"simulate"}, strings.Fields(line)...))
		return code, stdout.String(), stderr.String()
	}

	for name, test := range map[string]struct {
		line     string
		code     int
		out, err string
	}{
		"documented": {"--environment documented --action dynamodb:Scan --action dynamodb:Query --resource " + usersTable, 0,
			`environment  documented
boundary     arn:aws:iam::123456789012:policy/documented (SSM parameter /amplify-boundary/documented)

ACTION          RESOURCE                                             ANSWER
dynamodb:Scan   arn:aws:dynamodb:eu-west-1:123456789012:table/users  denied explicitly by statement 1 of policy documented
dynamodb:Query  arn:aws:dynamodb:eu-west-1:123456789012:table/users  not allowed by the boundary: no statement of policy documented allows it
`, "warning: policy arn:aws:iam::123456789012:policy/documented has no Allow statement; as a boundary it denies everything\n"},
		"working": {"--environment dev --action dynamodb:Scan --resource " + usersTable + " --resource " + ordersTable, 0,
			`environment  dev
boundary     arn:aws:iam::123456789012:policy/boundaries/bookshop-dev (SSM parameter /amplify-boundary/dev)

ACTION         RESOURCE                                              ANSWER
dynamodb:Scan  arn:aws:dynamodb:eu-west-1:123456789012:table/users   denied explicitly by statement "NoScanOfUsers" of policy bookshop-dev
dynamodb:Scan  arn:aws:dynamodb:eu-west-1:123456789012:table/orders  allowed
`, ""},
		"json": {"--environment dev --action dynamodb:Scan --resource " + usersTable + " --output json", 0, `{
  "environment": "dev",
  "project": "",
  "parameter": "/amplify-boundary/dev",
  "boundary": "arn:aws:iam::123456789012:policy/boundaries/bookshop-dev",
  "allows": true,
  "answers": [
    {
      "action": "dynamodb:Scan",
      "resource": "arn:aws:dynamodb:eu-west-1:123456789012:table/users",
      "decision": "explicitDeny",
      "statements": [
        {
          "place": 2,
          "sid": "NoScanOfUsers"
        }
      ],
      "missingContext": [],
      "message": "denied explicitly by statement \"NoScanOfUsers\" of policy bookshop-dev"
    }
  ]
}
`, ""},
		"missing_context": {"--environment conditional --action s3:GetObject", 0,
			`environment  conditional
boundary     arn:aws:iam::123456789012:policy/conditional (SSM parameter /amplify-boundary/conditional)

ACTION        RESOURCE  ANSWER
s3:GetObject  *         not allowed by the boundary: no statement of policy conditional allows it
`, "warning: s3:GetObject on *: policies ask for aws:SourceIp, which a simulation does not know; the result of a real request can differ\n"},
		"none":         {"--environment open --action s3:GetObject", 1, "", "error: environment open has no boundary (SSM parameter /amplify-boundary/open holds none), so there is nothing to simulate\n"},
		"project_none": {"--environment dev --project shop --action s3:GetObject", 1, "", "error: environment dev has no boundary (SSM parameter /amplify-boundary/shop/dev holds none), so there is nothing to simulate\n"},
		"unknown": {"--environment qa --action s3:GetObject", 1, "",
			"error: environment qa has no boundary: no SSM parameter found (looked up /amplify-boundary/qa, /amplify-boundary/_default); add one with: amplify-boundary env add qa\n"},
		"gone": {"--environment gone --action s3:GetObject", 1, "", "error: policy arn:aws:iam::123456789012:policy/gone: the policy does not exist\n"},
		"foreign": {"--environment foreign --action s3:GetObject", 1, "", "error: SSM parameter /amplify-boundary/foreign holds arn:aws:iam::210987654321:policy/foreign: " +
			"the policy is in account 210987654321, but the stack is in account 123456789012, and IAM accepts a boundary only from the role's own account; use ${AWS::AccountId} or a policy of that account\n"},
		"wildcard":         {"--environment dev --action s3:*", 1, "", "error: --action is \"s3:*\", but IAM does not simulate wildcards; name each action\n"},
		"no_action_form":   {"--environment dev --action GetObject", 1, "", "error: --action is \"GetObject\"; it must be a service and an action, such as dynamodb:Scan\n"},
		"no_resource_form": {"--environment dev --action s3:GetObject --resource users", 1, "", "error: --resource is \"users\"; it must be an ARN or *\n"},
		"unknown_action": {"--environment dev --action nosuch:Action", 1, "",
			"error: simulate: IAM does not accept the actions or the resources (Invalid Input Actions: [nosuch:Action]); check their spelling\n"},
		"without_environment": {"--action s3:GetObject", 2, "",
			"error: --environment is required\namplify-boundary: hint: see: amplify-boundary simulate --help\n"},
		"without_action": {"--environment dev", 2, "",
			"error: --action is required, such as --action dynamodb:Scan\namplify-boundary: hint: see: amplify-boundary simulate --help\n"},
		"both_expectations": {"--environment dev --action s3:GetObject --expect-denied --expect-allowed", 2, "",
			"error: --expect-denied and --expect-allowed cannot be used together\namplify-boundary: hint: see: amplify-boundary simulate --help\n"},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, err := run(test.line)
			if test.err != "" {
				test.err = "amplify-boundary: " + test.err
			}
			if code != test.code {
				t.Errorf("got exit code %d, want %d", code, test.code)
			}
			if diff := cmp.Diff(test.out, out); diff != "" {
				t.Errorf("standard output (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.err, err); diff != "" {
				t.Errorf("standard error (-want +got):\n%s", diff)
			}
		})
	}

	const scans = "--environment dev --action dynamodb:Scan --resource " + usersTable
	for name, test := range map[string]struct {
		line string
		code int
		err  string
	}{
		"denied_as_expected":  {scans + " --expect-denied", 0, ""},
		"denied_unexpectedly": {scans + " --expect-allowed", 3, "amplify-boundary: 1 answer not as expected, out of 1\n"},
		"allowed_as_expected": {"--environment dev --action dynamodb:Query --expect-allowed", 0, ""},
		"one_of_two":          {scans + " --resource " + ordersTable + " --expect-denied", 3, "amplify-boundary: 1 answer not as expected, out of 2\n"},
	} {
		t.Run(name, func(t *testing.T) {
			code, _, err := run(test.line)
			if code != test.code || err != test.err {
				t.Errorf("got exit code %d and %q, want %d and %q", code, err, test.code, test.err)
			}
		})
	}

	for action, permission := range map[string]string{
		"SimulateCustomPolicy": "iam:SimulateCustomPolicy", "GetPolicy": "iam:GetPolicy", "GetPolicyVersion": "iam:GetPolicyVersion",
	} {
		t.Run("denied_"+action, func(t *testing.T) {
			environ((&iamtest.IAM{Refuse: map[string]string{action: "AccessDenied"}}).Start(t, endpoint))
			code, out, err := run("--environment dev --action s3:GetObject")
			if code != 1 || out != "" || !strings.Contains(err, "; allow "+permission+" there\n") {
				t.Errorf("got exit code %d\n%s%s", code, out, err)
			}
		})
	}
}
