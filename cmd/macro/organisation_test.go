package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/mototest"
	"amplify-boundary/internal/test/stacktest"
)

// Accounts of an organisation. The central one is moto's own.
const (
	fixedAccount = "444455556666" // the hierarchy fixes it to an environment
	freeAccount  = "777788889999"
)

const (
	organisationID = "o-a1b2c3d4e5"
	keyARN         = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd"
)

// organisation has the function and the hierarchy in its central account, and the macro in two others.
type organisation struct {
	endpoint string
	function function
	central  map[string]string     // the outputs of the central stack
	members  map[string]aws.Config // by account
}

// newOrganisation deploys template.yaml and member.template.yaml.
func newOrganisation(t *testing.T) organisation {
	t.Helper()
	endpoint := mototest.Start(t)
	o := organisation{endpoint: endpoint, members: make(map[string]aws.Config)}
	for name, value := range map[string]string{
		"dev":                      "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/boundaries/${Environment}",
		"prod":                     "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/boundaries/${Environment}",
		"_account/" + fixedAccount: "prod",
	} {
		mototest.PutParameter(t, endpoint, region, "/amplify-boundary/"+name, value, types.ParameterTypeString)
	}
	o.central = mototest.CreateStack(t, mototest.Config(endpoint, region), "amplify-boundary", centralTemplate(t, endpoint), map[string]string{
		"OrganizationId": organisationID, "NestedStacks": "bound", "ParameterKeyArn": keyARN,
	})
	o.function = start(t, append(mototest.Environ(endpoint, region), "NESTED_STACKS=bound", "NESTED_TEMPLATE_BUCKET="+o.central["NestedTemplateBucketName"])...)

	member, err := os.ReadFile("../../member.template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range []string{fixedAccount, freeAccount} {
		o.members[account] = mototest.AccountConfig(t, endpoint, region, account)
		mototest.CreateStack(t, o.members[account], "amplify-boundary", string(member), map[string]string{
			"FunctionArn": o.central["FunctionArn"], "NestedTemplateBucketName": o.central["NestedTemplateBucketName"], "RegistryRoleArn": o.central["RegistryRoleArn"],
		})
	}
	return o
}

// centralTemplate returns template.yaml as SAM deploys it, with some code for its functions.
func centralTemplate(t *testing.T, endpoint string) string {
	t.Helper()
	source, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	mototest.PutObject(t, endpoint, region, "code", "function.zip", "no function is invoked there")
	return translated(t, strings.NewReplacer(
		"Transform: AWS::Serverless-2016-10-31", "Transform: [AWS::Serverless-2016-10-31]",
		"CodeUri: cmd/macro", "CodeUri: s3://code/function.zip",
		"CodeUri: cmd/guard", "CodeUri: s3://code/function.zip",
	).Replace(string(source)))
}

// create creates a stack in a member's account: CloudFormation calls the function with the account's ID.
func (o organisation) create(t *testing.T, account, template string) *stacktest.Stack {
	t.Helper()
	return stacktest.CloudFormation{
		AccountID: account,
		Macro: func(t testing.TB, request []byte) []byte {
			answer, err := o.function.Invoke(request, ample)
			if err != nil {
				t.Fatal(err)
			}
			return answer
		},
		Read: func(t testing.TB, url string) []byte {
			return []byte(mototest.GetObject(t, o.endpoint, region, o.central["NestedTemplateBucketName"], path.Base(url)))
		},
	}.Create(t, "shop", []byte(template), nil)
}

// shopTemplate has one role; the declaration follows Name.
func shopTemplate(declaration string) string {
	return fmt.Sprintf(`{"Transform":{"Name":"AmplifyBoundary"%s},"Resources":{%s}}`, declaration, treeRole)
}

func TestOrganisation(t *testing.T) {
	o := newOrganisation(t)
	t.Run("deployed", o.testDeployed)
	t.Run("refused", o.testRefused)
	t.Run("registry_role", o.testRegistryRole)
	t.Run("permissions", o.testPermissions)
	t.Run("nested", o.testNested)
}

// One function serves the accounts of an organisation: each role carries a policy of its own account, as IAM
// there says.
func (o organisation) testDeployed(t *testing.T) {
	for _, test := range []struct{ name, account, declaration, want string }{
		{"fixed_no_name", fixedAccount, ``, "arn:aws:iam::444455556666:policy/boundaries/prod"},
		{"free_named", freeAccount, `,"Parameters":{"Environment":"dev"}`, "arn:aws:iam::777788889999:policy/boundaries/dev"},
		{"central_account", mototest.AccountID, `,"Parameters":{"Environment":"dev"}`, "arn:aws:iam::123456789012:policy/boundaries/dev"},
	} {
		t.Run(test.name, func(t *testing.T) {
			config, isMember := o.members[test.account]
			if !isMember {
				config = mototest.Config(o.endpoint, region)
			}
			before := len(o.function.Log())
			stack := o.create(t, test.account, shopTemplate(test.declaration))
			if stack.Refusal != "" {
				t.Fatal(stack.Refusal)
			}
			if log := o.function.Log()[before:]; !strings.Contains(log, fmt.Sprintf(`"account":%q`, test.account)) {
				t.Errorf("the log line has no account %s: %s", test.account, log)
			}
			mototest.CreateStack(t, config, stack.Name, string(stack.Processed), nil)
			inIAM := mototest.RoleBoundaries(t, config, stack.Name)
			if diff := cmp.Diff(map[string]string{"shop/Role": test.want}, inIAM); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			fmt.Fprintf(t.Output(), "account %s: the role has %s\n", test.account, inIAM["shop/Role"])
		})
	}
}

func (o organisation) testRefused(t *testing.T) {
	for _, test := range []struct{ name, account, declaration, want string }{
		{"fixed_names_another", fixedAccount, `,"Parameters":{"Environment":"dev"}`, "the template names environment dev (transform parameter Environment), " +
			"but this account accepts only environment prod (SSM parameter /amplify-boundary/_account/444455556666); deploy the stack in dev's account, or remove the name"},
		{"free_names_none", freeAccount, ``, "no environment is set: add the transform parameter Environment"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := o.create(t, test.account, shopTemplate(test.declaration)).Refusal
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			fmt.Fprintf(t.Output(), "account %s: refused, %s\n", test.account, got)
		})
	}
}

// A member reads the central hierarchy by the role that the central stack makes.
func (o organisation) testRegistryRole(t *testing.T) {
	reader := mototest.AssumeRole(t, o.members[freeAccount], o.central["RegistryRoleArn"])
	answer, err := ssm.NewFromConfig(reader).GetParametersByPath(t.Context(), &ssm.GetParametersByPathInput{
		Path: aws.String(o.central["ParameterPrefix"]), Recursive: aws.Bool(true),
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(answer.Parameters), 3; got != want {
		t.Errorf("got %d parameters, want %d", got, want)
	}
}

// Both sides must allow that a member's principal invokes the function: its policy, and the member's.
func (o organisation) testPermissions(t *testing.T) {
	statement := fmt.Sprintf(`"Condition": {"StringEquals": {"aws:PrincipalOrgID": %q}}`, organisationID)
	if got := functionPolicy(t, o.endpoint, o.central["FunctionArn"]); strings.Count(got, `"Effect": "Allow"`) != 1 || !strings.Contains(got, statement) {
		t.Errorf("the function's policy: got %s\nwant one statement with %s", got, statement)
	}
	roles := iam.NewFromConfig(mototest.Config(o.endpoint, region))
	_, name, _ := strings.Cut(o.central["RegistryRoleArn"], "/")
	role, err := roles.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String(name)})
	if err != nil {
		t.Fatal(err)
	}
	if got := aws.ToString(role.Role.AssumeRolePolicyDocument); !strings.Contains(got, organisationID) {
		t.Errorf("the trust of the reading role: got %s, want the organisation alone", got)
	}
	want := `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":["ssm:GetParameters","ssm:GetParametersByPath","ssm:GetParameterHistory"],"Resource":[
			"arn:aws:ssm:eu-west-1:123456789012:parameter/amplify-boundary","arn:aws:ssm:eu-west-1:123456789012:parameter/amplify-boundary/*"]},
		{"Effect":"Allow","Action":"kms:Decrypt","Resource":"` + keyARN + `","Condition":{"StringLike":{"kms:ViaService":"ssm.eu-west-1.*"}}}]}`
	if diff := cmp.Diff(unmarshalled(t, want), unmarshalled(t, rolePolicy(t, roles, name))); diff != "" {
		t.Errorf("the policy of the reading role (-want +got):\n%s", diff)
	}
}

func unmarshalled(t *testing.T, text string) (value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// rolePolicy returns the one policy that a role has.
func rolePolicy(t *testing.T, roles *iam.Client, role string) string {
	t.Helper()
	list, err := roles.ListRolePolicies(t.Context(), &iam.ListRolePoliciesInput{RoleName: aws.String(role)})
	if err != nil {
		t.Fatal(err)
	}
	if len(list.PolicyNames) != 1 {
		t.Fatalf("got policies %v, want one", list.PolicyNames)
	}
	policy, err := roles.GetRolePolicy(t.Context(), &iam.GetRolePolicyInput{RoleName: aws.String(role), PolicyName: aws.String(list.PolicyNames[0])})
	if err != nil {
		t.Fatal(err)
	}
	text, err := url.QueryUnescape(aws.ToString(policy.PolicyDocument))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(text, "'", `"`) // moto writes a document of a template as Python does
}

// The copy of a member's nested template is in the central bucket, and names the environment that the member
// is fixed to.
func (o organisation) testNested(t *testing.T) {
	mototest.PutObject(t, o.endpoint, region, "templates-of-the-member", "child", `{"Resources":{`+treeRole+`}}`)
	stack := o.create(t, fixedAccount, `{"Transform":"AmplifyBoundary","Resources":{"Child":{"Type":"AWS::CloudFormation::Stack",`+
		`"Properties":{"TemplateURL":"https://templates-of-the-member.s3.eu-west-1.amazonaws.com/child"}}}}`)
	if stack.Refusal != "" {
		t.Fatal(stack.Refusal)
	}
	want := map[string]string{"shop/Child/Role": "arn:aws:iam::444455556666:policy/boundaries/prod"}
	if diff := cmp.Diff(want, stack.Boundaries(t)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Without an organisation, the function has no policy for others, and there is no role for them.
func TestOrganisation_none(t *testing.T) {
	endpoint := mototest.Start(t)
	outputs := mototest.CreateStack(t, mototest.Config(endpoint, region), "amplify-boundary", centralTemplate(t, endpoint), map[string]string{
		"NestedStacks": "bound", // else moto takes a policy for malformed whose list has an AWS::NoValue
	})
	if got := outputs["RegistryRoleArn"]; got != "" {
		t.Errorf("got a role to read the registry, %s", got)
	}
	if got := functionPolicy(t, endpoint, outputs["FunctionArn"]); strings.Contains(got, "Allow") {
		t.Errorf("got a policy of the function, %s", got)
	}
}

// functionPolicy returns the policy of a function, as Lambda's API does; nothing else needs a client of Lambda.
func functionPolicy(t *testing.T, endpoint, functionARN string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, endpoint+"/2015-03-31/functions/"+functionARN+"/policy", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/"+region+"/lambda/aws4_request, SignedHeaders=host, Signature=none")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), `\"`, `"`)
}
