package prove_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
	"amplify-boundary/internal/test/commandtest"
	"amplify-boundary/internal/test/iamtest"
	"amplify-boundary/internal/test/mototest"
)

// explainedTemplate has a role with the boundary of dev, as the macro leaves it.
const explainedTemplate = `{"Transform": "AmplifyBoundary", "Parameters": {"env": {"Type": "String", "Default": "dev"}}, "Resources": {"Role": {"Type": "AWS::IAM::Role",
"Properties": {"RoleName": "bookshop-api", "PermissionsBoundary": "arn:aws:iam::123456789012:policy/boundaries/bookshop-dev",
"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}}}}}`

// The denials of these tests.
const (
	scanDenied = `User: arn:aws:sts::123456789012:assumed-role/bookshop-api/s is not authorized to perform: dynamodb:Scan on resource: ` + usersTable + ` with an explicit deny in a permissions boundary`
	named      = `: arn:aws:iam::123456789012:policy/boundaries/bookshop-dev`
	notAllowed = `User: arn:aws:sts::123456789012:assumed-role/by-hand/s is not authorized to perform: s3:PutObject because no permissions boundary allows the s3:PutObject action`
	roleDenied = `User: arn:aws:sts::123456789012:assumed-role/by-hand/s is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::123456789012:role/x because no permissions boundary allows the iam:CreateRole action`
	foreign    = `User: arn:aws:sts::210987654321:assumed-role/bookshop-api/s is not authorized to perform: dynamodb:Scan because no permissions boundary allows the dynamodb:Scan action`
	encoded    = `You are not authorized to perform this operation. Encoded authorization failure message: `
)

// AWS says what a text leaves open. What it does not say is named, and the rest is explained.
func TestExplain_lookups(t *testing.T) {
	const region = "eu-west-1"
	simulator := &iamtest.IAM{Stacks: true, Decoded: map[string]string{"m1": `{"allowed":false,"explicitDeny":true,"matchedStatements":{"items":[{"statementId":"NoLargeInstances","effect":"DENY"}]},
"failures":{"items":[]},"context":{"principal":{"id":"AROA:s","arn":"arn:aws:sts::123456789012:assumed-role/bookshop-api/s"},"action":"ec2:RunInstances","resource":"arn:aws:ec2:eu-west-1:123456789012:instance/*","conditions":{"items":[]}}}`}}
	endpoint := mototest.Start(t)
	cfg := mototest.Config(endpoint, region)
	mototest.CreatePolicy(t, cfg, "boundaries/bookshop-dev", workingPolicy)
	mototest.CreatePolicy(t, cfg, "narrow", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"*"}]}`)
	if _, err := cloudformation.NewFromConfig(cfg).CreateStack(t.Context(), &cloudformation.CreateStackInput{StackName: aws.String("bookshop"), TemplateBody: aws.String(explainedTemplate)}); err != nil {
		t.Fatal(err)
	}
	if _, err := iam.NewFromConfig(cfg).CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("by-hand"), AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`),
		PermissionsBoundary: aws.String("arn:aws:iam::123456789012:policy/narrow")}); err != nil {
		t.Fatal(err)
	}
	put := func(value string) {
		mototest.PutParameter(t, endpoint, region, "/amplify-boundary/dev", value, types.ParameterTypeString)
	}
	put("arn:aws:iam::${AWS::AccountId}:policy/boundaries/bookshop-dev")
	for _, variable := range mototest.Environ(simulator.Start(t, endpoint), region) {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	run := func(text string) (code int, out, err string) {
		var stdout, stderr bytes.Buffer
		streams := command.IO{In: strings.NewReader(text), Out: &stdout, Err: &stderr, Getenv: os.Getenv}
		code = program.Run(t.Context(), streams, []string{"explain"})
		return code, stdout.String(), stderr.String()
	}

	const (
		scan = `dynamodb:Scan was denied
  principal   arn:aws:sts::123456789012:assumed-role/bookshop-api/s
  resource    arn:aws:dynamodb:eu-west-1:123456789012:table/users
  denied by   a Deny statement of the permissions boundary arn:aws:iam::123456789012:policy/boundaries/bookshop-dev
  cause       A Deny statement of the permissions boundary denies the action. No other policy of role bookshop-api can allow it.
`
		ofDev     = "  boundary of environment dev (SSM parameter /amplify-boundary/dev)\n"
		statement = "  statement   denied explicitly by statement \"NoScanOfUsers\" of policy bookshop-dev\n"
		current   = "  role        bookshop-api belongs to stack bookshop, and has the current boundary of environment dev\n"
		owner     = "  do          Ask the owner of the boundary, usually a platform or security team, with the action, the resource, and the environment. " +
			"Only they can change it; the change applies at once, without a deployment.\n"
	)
	for name, test := range map[string]struct {
		text   string
		value  string // of dev; empty: the boundary of the role
		refuse string
		want   string
	}{
		"explicit_with_ARN":    {text: scanDenied + named, want: scan + ofDev + statement + current + owner},
		"explicit_without_ARN": {text: scanDenied, want: scan + ofDev + statement + current + owner},
		"stale": {text: scanDenied + named, value: "arn:aws:iam::123456789012:policy/boundaries/bookshop-2", want: scan + statement +
			"  role        bookshop-api belongs to stack bookshop, and has boundary arn:aws:iam::123456789012:policy/boundaries/bookshop-dev, " +
			"but environment dev has boundary arn:aws:iam::123456789012:policy/boundaries/bookshop-2 now: deploy the stack again\n" + owner +
			"  not known   no environment of the registry has this boundary now\n"},
		"none_now": {text: scanDenied + named, value: "none", want: scan + statement +
			"  role        bookshop-api belongs to stack bookshop, and has boundary arn:aws:iam::123456789012:policy/boundaries/bookshop-dev, " +
			"but environment dev has no boundary now: deploy the stack again\n" + owner +
			"  not known   no environment of the registry has this boundary now\n"},
		"allowed_by_now": {text: strings.Replace(scanDenied, "users", "orders", 1) + named, want: strings.Replace(scan, "users", "orders", 1) + ofDev +
			"  statement   the boundary allows it in IAM's simulation: it was changed since, or a condition decides\n" + current + owner},
		"implicit_outside_of_stacks": {text: notAllowed, want: `s3:PutObject was denied
  principal   arn:aws:sts::123456789012:assumed-role/by-hand/s
  denied by   the permissions boundary arn:aws:iam::123456789012:policy/narrow, which does not allow it
  cause       No statement of the permissions boundary allows the action. No other policy of role by-hand can allow it.
  statement   not allowed by the boundary: no statement of policy narrow allows it
  role        by-hand belongs to no stack of region eu-west-1, and has boundary arn:aws:iam::123456789012:policy/narrow
` + owner + "  not known   no environment of the registry has this boundary now\n"},
		"a_new_role": {text: roleDenied, want: `iam:CreateRole was denied
  principal   arn:aws:sts::123456789012:assumed-role/by-hand/s
  resource    arn:aws:iam::123456789012:role/x
  denied by   the permissions boundary arn:aws:iam::123456789012:policy/narrow, which does not allow it
  cause       The role that is created or changed lacks the permissions boundary that its environment needs. This is not about the boundary of the caller.
  statement   not allowed by the boundary: no statement of policy narrow allows it
  do          Declare the macro in the template that has the role: amplify-boundary declare TEMPLATE. If the template declares it, list it last; a nested stack or a custom resource that creates the role needs its own declaration (docs/nested-stacks.md).
  not known   no environment of the registry has this boundary now
`},
		"another_account": {text: foreign, want: `dynamodb:Scan was denied
  principal   arn:aws:sts::210987654321:assumed-role/bookshop-api/s
  denied by   the permissions boundary, which does not allow it
  cause       No statement of the permissions boundary allows the action. No other policy of role bookshop-api can allow it.
` + owner + "  not known   role bookshop-api: it is in account 210987654321, but the credentials are of account 123456789012\n"},
		"encoded": {text: encoded + "m1", want: `ec2:RunInstances was denied
  principal   arn:aws:sts::123456789012:assumed-role/bookshop-api/s
  resource    arn:aws:ec2:eu-west-1:123456789012:instance/*
  denied by   a Deny statement of the policy that decides
  cause       AWS does not say which policy decides.
  statement   the encoded message names statement NoLargeInstances
  do          Look for the event in CloudTrail, whose message can say more, or ask IAM with: aws iam simulate-principal-policy
`},
		"encoded_for_another_account": {text: encoded + "m2", want: `an encoded denial
  cause       Only AWS can decode the message: it says which action was denied, and by which statements.
  do          Explain it with credentials that allow sts:DecodeAuthorizationMessage, or ask someone who has them.
  not known   decode the message: error from STS: InvalidAuthorizationMessageException; try again
`},
		"role_refused": {text: scanDenied + named, refuse: "GetRole", want: scan + ofDev + statement + owner +
			"  not known   ask IAM for role bookshop-api: " + because("iam:GetRole")},
		"stack_refused": {text: scanDenied + named, refuse: "DescribeStackResources", want: scan + ofDev + statement + owner +
			"  not known   ask CloudFormation for the stack of bookshop-api: " + because("cloudformation:DescribeStackResources")},
		"template_refused": {text: scanDenied + named, refuse: "GetTemplate", want: scan + ofDev + statement +
			"  role        bookshop-api belongs to stack bookshop\n" + owner +
			"  not known   whether the role has the current boundary: read the template of stack bookshop in eu-west-1: " + because("cloudformation:GetTemplate")},
		"policy_and_simulation_refused": {text: scanDenied + named, refuse: "SimulateCustomPolicy", want: scan + ofDev + current + owner +
			"  not known   the statement: simulate: " + because("iam:SimulateCustomPolicy")},
		"policy_refused": {text: scanDenied + named, refuse: "GetPolicy", want: scan + ofDev + current + owner +
			"  not known   the statement: ask IAM for policy arn:aws:iam::123456789012:policy/boundaries/bookshop-dev: " + because("iam:GetPolicy")},
		"decoding_refused": {text: encoded + "m1", refuse: "DecodeAuthorizationMessage", want: `an encoded denial
  cause       Only AWS can decode the message: it says which action was denied, and by which statements.
  do          Explain it with credentials that allow sts:DecodeAuthorizationMessage, or ask someone who has them.
  not known   decode the message: ` + because("sts:DecodeAuthorizationMessage")},
	} {
		t.Run(name, func(t *testing.T) {
			if test.value != "" {
				put(test.value)
				defer put("arn:aws:iam::${AWS::AccountId}:policy/boundaries/bookshop-dev")
			}
			simulator.Refuse = map[string]string{}
			if test.refuse != "" {
				simulator.Refuse[test.refuse] = "AccessDenied"
			}
			code, out, err := run(test.text)
			if code != 0 || err != "" {
				t.Errorf("got exit code %d and %q", code, err)
			}
			if diff := cmp.Diff(test.want, out); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// A registry that cannot be read leaves open whose the boundary is, and nothing else.
func TestExplain_registry_denied(t *testing.T) {
	endpoint := mototest.Start(t)
	mototest.CreatePolicy(t, mototest.Config(endpoint, "eu-west-1"), "boundaries/bookshop-dev", workingPolicy)
	for _, variable := range mototest.Environ((&iamtest.IAM{Stacks: true}).Start(t, endpoint), "eu-west-1") {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	ssm := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"__type":"AccessDeniedException","message":"because the test says so"}`)
	}))
	t.Cleanup(ssm.Close)
	t.Setenv("AWS_ENDPOINT_URL_SSM", ssm.URL)
	code, out, _ := commandtest.Run(t, nil, []byte(scanDenied+named), "explain")
	const unknown = "\n  not known   the environments of the boundary: ssm:GetParametersByPath of /amplify-boundary: access denied (because the test says so)"
	if code != 0 || !strings.Contains(out, unknown) || !strings.Contains(out, "statement \"NoScanOfUsers\"") {
		t.Errorf("got exit code %d\n%s", code, out)
	}
}

// because is how a look-up ends that IAM denies.
func because(action string) string {
	return "access denied (User: arn:aws:iam::123456789012:user/test is not authorized); allow " + action + " there\n"
}
