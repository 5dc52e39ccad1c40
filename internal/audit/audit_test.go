package audit

import (
	stdcmp "cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfn "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
)

const policy = "arn:aws:iam::123456789012:policy/"

// fakeAccount is an account by pages of two, which counts calls.
type fakeAccount struct {
	mutex     sync.Mutex
	calls     map[string]int
	roles     []iamtypes.RoleDetail
	stacks    []cfn.Stack
	resources map[string][]cfn.StackResourceSummary // by the stack's ID
	templates map[string]string
	denied    string // "call stack"
	code      string // of the denial; empty is AccessDenied
}

func newAccount() *fakeAccount {
	return &fakeAccount{calls: map[string]int{}, resources: map[string][]cfn.StackResourceSummary{}, templates: map[string]string{}}
}

func (f *fakeAccount) called(call, on string) error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.calls[call]++
	if f.denied == call+" "+on {
		return &smithy.GenericAPIError{Code: stdcmp.Or(f.code, "AccessDenied"), Message: "says the test"}
	}
	return nil
}

// page returns two elements of a list from a token on, and the next token.
func page[T any](list []T, token *string) ([]T, *string) {
	from := 0
	_, _ = fmt.Sscan(aws.ToString(token), &from)
	if to := from + 2; to < len(list) {
		return list[from:to], aws.String(fmt.Sprint(to))
	}
	return list[from:], nil
}

func (f *fakeAccount) GetAccountAuthorizationDetails(_ context.Context, in *iam.GetAccountAuthorizationDetailsInput, _ ...func(*iam.Options)) (*iam.GetAccountAuthorizationDetailsOutput, error) {
	if err := f.called("roles", ""); err != nil {
		return nil, err
	}
	list, next := page(f.roles, in.Marker)
	return &iam.GetAccountAuthorizationDetailsOutput{RoleDetailList: list, Marker: next, IsTruncated: next != nil}, nil
}

func (f *fakeAccount) DescribeStacks(_ context.Context, in *cloudformation.DescribeStacksInput, _ ...func(*cloudformation.Options)) (*cloudformation.DescribeStacksOutput, error) {
	if err := f.called("stacks", ""); err != nil {
		return nil, err
	}
	list, next := page(f.stacks, in.NextToken)
	return &cloudformation.DescribeStacksOutput{Stacks: list, NextToken: next}, nil
}

func (f *fakeAccount) ListStackResources(_ context.Context, in *cloudformation.ListStackResourcesInput, _ ...func(*cloudformation.Options)) (*cloudformation.ListStackResourcesOutput, error) {
	if err := f.called("resources", *in.StackName); err != nil {
		return nil, err
	}
	list, next := page(f.resources[*in.StackName], in.NextToken)
	return &cloudformation.ListStackResourcesOutput{StackResourceSummaries: list, NextToken: next}, nil
}

func (f *fakeAccount) GetTemplate(_ context.Context, in *cloudformation.GetTemplateInput, _ ...func(*cloudformation.Options)) (*cloudformation.GetTemplateOutput, error) {
	if err := f.called("template", *in.StackName); err != nil {
		return nil, err
	}
	return &cloudformation.GetTemplateOutput{TemplateBody: aws.String(f.templates[*in.StackName])}, nil
}

// role adds a role with a boundary; an empty one is none.
func (f *fakeAccount) role(path, name, boundary string) {
	detail := iamtypes.RoleDetail{RoleName: &name, Path: &path, Arn: aws.String("arn:aws:iam::123456789012:role" + path + name)}
	if boundary != "" {
		detail.PermissionsBoundary = &iamtypes.AttachedPermissionsBoundary{PermissionsBoundaryArn: aws.String(policy + boundary)}
	}
	f.roles = append(f.roles, detail)
}

func stackID(name string) string {
	return "arn:aws:cloudformation:eu-west-1:123456789012:stack/" + name + "/1"
}

// stack adds a stack with a role of the same name and a boundary.
func (f *fakeAccount) stack(name, parent, template, boundary string, parameters ...cfn.Parameter) *cfn.Stack {
	id := stackID(name)
	s := cfn.Stack{StackName: &name, StackId: &id, Parameters: parameters}
	if parent != "" {
		s.ParentId = aws.String(stackID(parent))
	}
	f.stacks = append(f.stacks, s)
	f.resources[id] = []cfn.StackResourceSummary{{ResourceType: aws.String("AWS::IAM::Role"), PhysicalResourceId: &name, LogicalResourceId: aws.String("Role")}}
	f.templates[id] = template
	f.role("/", name, boundary)
	return &f.stacks[len(f.stacks)-1]
}

func env(value string) cfn.Parameter {
	return cfn.Parameter{ParameterKey: aws.String("env"), ParameterValue: &value}
}

// fakeRegistry has one environment whose boundary changed, one without, and a project.
type fakeRegistry struct{}

func (fakeRegistry) List(context.Context, string) ([]registry.Parameter, error) {
	return []registry.Parameter{
		{Name: "/amplify-boundary/dev", Value: policy + "dev"},
		{Name: "/amplify-boundary/free", Value: "none"},
		{Name: "/amplify-boundary/shop/dev", Value: policy + "shop"},
	}, nil
}

func (fakeRegistry) History(_ context.Context, name string) ([]registry.Version, error) {
	if name == "/amplify-boundary/dev" {
		return []registry.Version{{Number: 2, Value: policy + "dev"}, {Number: 1, Value: policy + "dev-1"}}, nil
	}
	return nil, nil
}

func (f *fakeAccount) run(t *testing.T, o Options) (Report, error) {
	t.Helper()
	o.AccountID, o.Region, o.Prefix, o.Macro = "123456789012", "eu-west-1", registry.DefaultPrefix, "AmplifyBoundary"
	return Auditor{fakeRegistry{}, f, []Region{{Name: "eu-west-1", Stacks: f}}}.Run(t.Context(), o)
}

// kinds are the findings, as role: kind.
func kinds(r Report) []string {
	list := []string{}
	for _, role := range r.Roles {
		list = append(list, role.Role+": "+string(role.Kind))
	}
	return list
}

const (
	declared   = "Transform: AmplifyBoundary\nResources: {}\n"
	undeclared = "Resources: {}\n"
	withinShop = "Transform: {Name: AmplifyBoundary, Parameters: {Environment: !Ref Stage, Project: shop}}\nResources: {}\n"
)

func TestRun(t *testing.T) {
	stage := cfn.Parameter{ParameterKey: aws.String("Stage"), ParameterValue: aws.String("dev")}
	for name, test := range map[string]struct {
		template, boundary string
		parameters         []cfn.Parameter
		settings           environment.Settings
		want               Kind
	}{
		"right":                           {declared, "dev", []cfn.Parameter{env("dev")}, environment.Settings{}, Right},
		"right_without_declaration":       {undeclared, "dev", []cfn.Parameter{env("dev")}, environment.Settings{}, Right},
		"missing":                         {declared, "", []cfn.Parameter{env("dev")}, environment.Settings{}, Missing},
		"different":                       {declared, "other", []cfn.Parameter{env("dev")}, environment.Settings{}, Different},
		"stale":                           {declared, "dev-1", []cfn.Parameter{env("dev")}, environment.Settings{}, Stale},
		"extra":                           {declared, "dev", []cfn.Parameter{env("free")}, environment.Settings{}, Extra},
		"none":                            {declared, "", []cfn.Parameter{env("free")}, environment.Settings{}, Right},
		"unknown":                         {undeclared, "other", nil, environment.Settings{}, Unknown},
		"no_environment_but_a_right_one":  {undeclared, "dev", nil, environment.Settings{}, Right},
		"no_environment_no_boundary":      {undeclared, "", nil, environment.Settings{}, Missing},
		"the_project_of_the_declaration":  {withinShop, "shop", []cfn.Parameter{stage}, environment.Settings{}, Right},
		"not_the_project's":               {withinShop, "dev", []cfn.Parameter{stage}, environment.Settings{}, Stale},
		"another_project's":               {declared, "shop", []cfn.Parameter{env("dev")}, environment.Settings{}, Different},
		"fixed":                           {declared, "dev", []cfn.Parameter{env("free")}, environment.Settings{Fixed: "dev"}, Right},
		"environment_not_in_the_registry": {declared, "dev", []cfn.Parameter{env("prod")}, environment.Settings{}, Unknown},
	} {
		t.Run(name, func(t *testing.T) {
			account := newAccount()
			account.stack("one", "", test.template, test.boundary, test.parameters...)
			report, err := account.run(t, Options{All: true, Settings: test.settings})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"one: " + string(test.want)}, kinds(report)); diff != "" {
				t.Error(diff)
			}
			if r := report.Roles[0]; (r.Repair == "") != (test.want == Right) {
				t.Errorf("got repair %q", r.Repair)
			}
		})
	}
}

func TestRun_outside(t *testing.T) {
	account := newAccount()
	account.role("/", "bare", "")
	account.role("/", "bounded", "dev")
	account.role("/", "odd", "other")
	account.role("/aws-service-role/x.amazonaws.com/", "linked", "")
	account.role("/aws-reserved/sso.amazonaws.com/", "reserved", "")
	report, err := account.run(t, Options{})
	if diff := cmp.Diff([]string{"bare: missing", "odd: unknown"}, kinds(report)); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if got, want := report.Totals, (Totals{Roles: 3, Findings: 2}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestRun_nested_and_filters(t *testing.T) {
	account := newAccount()
	account.stack("root", "", declared, "", env("dev"))
	account.stack("child", "root", undeclared, "dev", env("dev"))
	account.stack("grandchild", "child", undeclared, "", env("free"))
	account.stack("other", "", undeclared, "", env("dev"))
	account.role("/", "outside", "")
	for name, test := range map[string]struct {
		options Options
		want    []string
	}{
		"everything":     {Options{}, []string{"other: missing", "root: missing", "outside: missing"}},
		"stack":          {Options{Stacks: []string{"root"}, All: true}, []string{"child: right", "grandchild: right", "root: missing"}},
		"environment":    {Options{Environment: "free", All: true}, []string{"grandchild: right"}},
		"old":            {Options{Old: policy + "dev"}, []string{"child: old"}},
		"old_and_no_one": {Options{Old: policy + "gone"}, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			report, err := account.run(t, test.options)
			if diff := cmp.Diff(test.want, kinds(report)); err != nil || diff != "" {
				t.Error(err, diff)
			}
			for _, r := range report.Roles {
				if strings.Contains(r.Role, "child") && r.Root != "root" {
					t.Errorf("got root %q of %s", r.Root, r.Role)
				}
			}
		})
	}
	if _, err := account.run(t, Options{Environment: "prod"}); err == nil {
		t.Error("got no error for an environment that does not exist")
	}
	if _, err := account.run(t, Options{Stacks: []string{"gone"}}); err == nil {
		t.Error("got no error for a stack that does not exist")
	}
}

func TestRun_calls(t *testing.T) {
	account := newAccount()
	account.stack("direct", "", undeclared, "dev", env("dev")).Capabilities = []cfn.Capability{cfn.CapabilityCapabilityIam}
	account.stack("expanded", "", declared, "dev", env("dev")).Capabilities = []cfn.Capability{cfn.CapabilityCapabilityAutoExpand}
	account.stacks = append(account.stacks, cfn.Stack{StackName: aws.String("roleless"), StackId: aws.String("roleless")})
	if _, err := account.run(t, Options{}); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{"roles": 1, "stacks": 2, "resources": 3, "template": 1}
	if diff := cmp.Diff(want, account.calls); diff != "" {
		t.Error(diff)
	}
}

func TestRun_denied(t *testing.T) {
	for _, call := range []string{"stacks ", "resources " + stackID("one"), "template " + stackID("one")} {
		account := newAccount()
		account.stack("one", "", declared, "dev", env("dev"))
		account.denied = call
		report, err := account.run(t, Options{})
		if err != nil || len(report.Errors) != 1 || !strings.Contains(report.Errors[0], "access denied") {
			t.Errorf("%s: got %q, %v", call, report.Errors, err)
		}
	}
	account := newAccount()
	account.denied = "roles "
	if _, err := account.run(t, Options{}); err == nil {
		t.Error("got no error without the account's roles")
	}
}

func TestRepair(t *testing.T) {
	const again = " --use-previous-template --capabilities CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND --parameters ParameterKey=env,UsePreviousValue=true"
	for name, test := range map[string]struct {
		stack, template, boundary, want string
	}{
		"by_hand":    {"one", declared, "", "aws cloudformation create-change-set --region eu-west-1 --stack-name one --change-set-name revert-drift --deployment-mode REVERT_DRIFT" + again},
		"stale":      {"one", declared, "dev-1", "aws cloudformation update-stack --region eu-west-1 --stack-name one" + again},
		"amplify":    {"amplify-shop-dev-1a2b3", declared, "dev-1", "amplify push --force"},
		"undeclared": {"one", undeclared, "", "amplify-boundary declare TEMPLATE --environment dev (the template of stack one; then deploy it)"},
	} {
		t.Run(name, func(t *testing.T) {
			account := newAccount()
			account.stack(test.stack, "", test.template, test.boundary, env("dev"))
			report, err := account.run(t, Options{})
			if err != nil || len(report.Roles) != 1 || report.Roles[0].Repair != test.want {
				t.Errorf("got %+v, %v, want repair %s", report.Roles, err, test.want)
			}
		})
	}
}

// A nested stack is found by its parent's resources where it does not name its parent itself.
func TestRun_nested_by_resource(t *testing.T) {
	account := newAccount()
	account.stack("root", "", declared, "dev", env("dev"))
	account.stack("child", "", declared, "", env("dev"))
	account.resources[stackID("root")] = append(account.resources[stackID("root")],
		cfn.StackResourceSummary{ResourceType: aws.String("AWS::CloudFormation::Stack"), PhysicalResourceId: aws.String(stackID("child"))})
	report, err := account.run(t, Options{Stacks: []string{"root"}})
	if diff := cmp.Diff([]string{"child: missing"}, kinds(report)); err != nil || diff != "" || report.Roles[0].Root != "root" {
		t.Error(err, diff, report.Roles)
	}
}

func TestReadStacks_region_not_enabled(t *testing.T) {
	account := newAccount()
	account.denied, account.code = "stacks ", "InvalidClientTokenId"
	for _, optional := range []bool{false, true} {
		_, failures := readStacks(t.Context(), []Region{{Name: "af-south-1", Stacks: account, Optional: optional}}, Options{})
		if (len(failures) == 0) != optional {
			t.Errorf("optional %t: got %v", optional, failures)
		}
	}
}
