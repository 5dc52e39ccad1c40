package audit

import (
	stdcmp "cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfn "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/time/rate"

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
	message   string // of the denial

	lastPageFails bool // of the stacks

	registry fakeRegistry
}

func newAccount() *fakeAccount {
	return &fakeAccount{calls: map[string]int{}, resources: map[string][]cfn.StackResourceSummary{}, templates: map[string]string{}}
}

func (f *fakeAccount) called(call, on string) error {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.calls[call]++
	if f.denied == call+" "+on {
		return &smithy.GenericAPIError{Code: stdcmp.Or(f.code, "AccessDenied"), Message: stdcmp.Or(f.message, "says the test")}
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
	if f.lastPageFails && next == nil {
		return nil, &smithy.GenericAPIError{Code: "AccessDenied"}
	}
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

// fakeRegistry has one environment whose boundary changed, one without, and a project; and more entries, by their names
// below the prefix.
type fakeRegistry map[string]string

func (f fakeRegistry) List(context.Context, string) ([]registry.Parameter, error) {
	list := []registry.Parameter{
		{Name: "/amplify-boundary/dev", Value: policy + "dev"},
		{Name: "/amplify-boundary/free", Value: "none"},
		{Name: "/amplify-boundary/shop/dev", Value: policy + "shop"},
	}
	for name, value := range f {
		list = append(list, registry.Parameter{Name: "/amplify-boundary/" + name, Value: value})
	}
	return list, nil
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
	return Auditor{f.registry, f, []Region{{"eu-west-1", f, rate.NewLimiter(rate.Inf, 1), false}}}.Run(t.Context(), o)
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

// How a role compares with the registry, in every case. The account's only stack has one role.
func TestCompare(t *testing.T) {
	const (
		hasNo     = "it has no permissions boundary; "
		hasOther  = "it has " + policy + "other; "
		wantsDev  = "environment dev wants " + policy + "dev"
		wantsBoth = "environment dev wants one of " + policy + "dev (SSM parameter /amplify-boundary/dev) and " + policy + "shop (SSM parameter /amplify-boundary/shop/dev)"
		wantsAny  = "the registry wants one of " + policy + "dev (SSM parameter /amplify-boundary/dev) and " + policy + "shop (SSM parameter /amplify-boundary/shop/dev)"
		denied    = "; its environment is not known: read the template of stack one in eu-west-1: access denied"
	)
	stage := cfn.Parameter{ParameterKey: aws.String("Stage"), ParameterValue: aws.String("dev")}
	dev, free, prod := []cfn.Parameter{env("dev")}, []cfn.Parameter{env("free")}, []cfn.Parameter{env("prod")}
	fixed := Options{Settings: environment.Settings{Fixed: "dev"}}
	for name, test := range map[string]struct {
		template, boundary string
		parameters         []cfn.Parameter
		options            Options
		denied             string // a call about the stack
		want               Role   // Kind, Environment, Project, and Wanted; Message begins with this one's
	}{
		"right":                       {declared, "dev", dev, Options{}, "", Role{Kind: Right, Environment: "dev", Wanted: "dev"}},
		"missing":                     {declared, "", dev, Options{}, "", Role{Kind: Missing, Environment: "dev", Wanted: "dev", Message: hasNo + wantsDev}},
		"different":                   {declared, "other", dev, Options{}, "", Role{Kind: Different, Environment: "dev", Wanted: "dev", Message: hasOther + wantsDev}},
		"stale":                       {declared, "dev-1", dev, Options{}, "", Role{Kind: Stale, Environment: "dev", Wanted: "dev", Message: "it has " + policy + "dev-1; " + wantsDev}},
		"extra":                       {declared, "dev", free, Options{}, "", Role{Kind: Extra, Environment: "free", Message: "it has " + policy + "dev; environment free has none"}},
		"none":                        {declared, "", free, Options{}, "", Role{Kind: Right, Environment: "free"}},
		"undeclared/right":            {undeclared, "dev", dev, Options{}, "", Role{Kind: Right, Environment: "dev", Wanted: "dev"}},
		"undeclared/missing":          {undeclared, "", dev, Options{}, "", Role{Kind: Missing, Environment: "dev", Wanted: "dev", Message: hasNo + wantsBoth}},
		"undeclared/a_project's":      {undeclared, "shop", dev, Options{}, "", Role{Kind: Right, Environment: "dev", Wanted: "dev"}},
		"project/right":               {withinShop, "shop", []cfn.Parameter{stage}, Options{}, "", Role{Kind: Right, Environment: "dev", Project: "shop", Wanted: "shop"}},
		"project/not_its_own":         {withinShop, "dev", []cfn.Parameter{stage}, Options{}, "", Role{Kind: Stale, Environment: "dev", Project: "shop", Wanted: "shop", Message: "it has " + policy + "dev; environment dev wants " + policy + "shop"}},
		"project/of_another":          {declared, "shop", dev, Options{}, "", Role{Kind: Different, Environment: "dev", Wanted: "dev", Message: "it has " + policy + "shop; " + wantsDev}},
		"project/of_the_options":      {declared, "shop", dev, Options{Project: "shop"}, "", Role{Kind: Right, Environment: "dev", Project: "shop", Wanted: "shop"}},
		"no_environment/right":        {undeclared, "dev", nil, Options{}, "", Role{Kind: Right}},
		"no_environment/unknown":      {undeclared, "other", nil, Options{}, "", Role{Kind: Unknown, Message: hasOther + wantsAny}},
		"no_environment/missing":      {undeclared, "", nil, Options{}, "", Role{Kind: Missing, Message: hasNo + wantsAny}},
		"not_in_the_registry":         {declared, "dev", prod, Options{}, "", Role{Kind: Unknown, Environment: "prod", Message: "it has " + policy + "dev; environment prod has no boundary"}},
		"not_in_the_registry/missing": {declared, "", prod, Options{}, "", Role{Kind: Missing, Environment: "prod", Message: hasNo + "environment prod has no boundary"}},
		"fixed":                       {declared, "dev", dev, fixed, "", Role{Kind: Right, Environment: "dev", Wanted: "dev"}},
		"fixed/named_otherwise":       {declared, "", free, fixed, "", Role{Kind: Missing, Environment: "dev", Wanted: "dev", Message: hasNo + wantsDev}},
		"template_denied":             {declared, "", dev, Options{}, "template", Role{Kind: Missing, Message: hasNo + wantsAny + denied}},
		"template_denied/fixed":       {declared, "", dev, fixed, "template", Role{Kind: Missing, Environment: "dev", Wanted: "dev", Message: hasNo + wantsBoth}},
	} {
		t.Run(name, func(t *testing.T) {
			account := newAccount()
			account.stack("one", "", test.template, test.boundary, test.parameters...)
			account.denied = test.denied + " " + stackID("one")
			test.options.All = true
			report, err := account.run(t, test.options)
			if err != nil || len(report.Roles) != 1 {
				t.Fatalf("got %+v, %v, want one role", report.Roles, err)
			}
			r := report.Roles[0]
			got := Role{Kind: r.Kind, Environment: r.Environment, Project: r.Project, Wanted: strings.TrimPrefix(r.Wanted, policy), Message: r.Message}
			if strings.HasPrefix(got.Message, test.want.Message) {
				got.Message = test.want.Message
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if hasRepair := r.Repair+r.Note != ""; hasRepair != (r.Kind != Right) || hasRepair != (r.Message != "") {
				t.Errorf("got message %q, repair %q, note %q", r.Message, r.Repair, r.Note)
			}
			if test.denied == "" && strings.Contains(r.Message, "is not known") {
				t.Errorf("got message %q", r.Message)
			}
		})
	}
}

// A template can declare the macro several times. Where the declarations that decide contradict each other, as check finds
// too, no environment is known; that is not a call that failed.
func TestRun_declared_twice(t *testing.T) {
	const (
		dev      = "{Name: AmplifyBoundary, Parameters: {Environment: dev}}"
		free     = "{Name: AmplifyBoundary, Parameters: {Environment: free}}"
		one, two = "One: {Type: AWS::IAM::Role, Fn::Transform: ", "Two: {Type: AWS::IAM::Role, Fn::Transform: "
	)
	for name, test := range map[string]struct{ template, environment string }{
		"agree":                 {"Transform: [" + dev + ", " + dev + "]\nResources: {}", "dev"},
		"contradict":            {"Transform: [" + dev + ", " + free + "]\nResources: {}", ""},
		"section_and_snippet":   {"Transform: " + dev + "\nResources: {" + one + free + "}}", "dev"},
		"snippets_agree":        {"Resources: {" + one + dev + "}, " + two + dev + "}}", "dev"},
		"snippets_contradict":   {"Resources: {" + one + dev + "}, " + two + free + "}}", ""},
		"contradict_by_default": {"Transform: [AmplifyBoundary, " + free + "]\nResources: {}", ""},
	} {
		t.Run(name, func(t *testing.T) {
			account := newAccount()
			account.stack("one", "", test.template, "", env("dev"))
			report, err := account.run(t, Options{All: true})
			if err != nil || len(report.Errors) != 0 || len(report.Roles) != 1 || report.Roles[0].Environment != test.environment {
				t.Fatalf("got %+v, %q, %v", report.Roles, report.Errors, err)
			}
			const why = "its environment is not known: read the template of stack one in eu-west-1: it declares the macro twice, and the declarations contradict each other"
			if isNamed := strings.Contains(report.Roles[0].Message, why); isNamed != (test.environment == "") {
				t.Errorf("got message %q", report.Roles[0].Message)
			}
		})
	}
}

// Only the template of a stack that can declare transforms is read.
func TestRun_declaration_is_read(t *testing.T) {
	iam := []cfn.Capability{cfn.CapabilityCapabilityIam}
	for name, test := range map[string]struct {
		stack cfn.Stack
		want  bool
	}{
		"with_the_capability":    {cfn.Stack{Capabilities: []cfn.Capability{cfn.CapabilityCapabilityAutoExpand}}, true},
		"without_the_capability": {cfn.Stack{Capabilities: iam}, false},
		"no_capability_listed":   {cfn.Stack{}, true},
		"by_a_change_set":        {cfn.Stack{Capabilities: iam, ChangeSetId: aws.String("arn:aws:cloudformation:eu-west-1:123456789012:changeSet/x/1")}, true},
		"nested":                 {cfn.Stack{Capabilities: iam, ParentId: aws.String(stackID("root"))}, true},
	} {
		t.Run(name, func(t *testing.T) {
			account := newAccount()
			s := account.stack("one", "", declared, "dev", env("dev"))
			s.Capabilities, s.ChangeSetId, s.ParentId = test.stack.Capabilities, test.stack.ChangeSetId, test.stack.ParentId
			report, err := account.run(t, Options{All: true})
			if err != nil || len(report.Roles) != 1 || report.Roles[0].Declares != test.want || (account.calls["template"] == 1) != test.want {
				t.Errorf("got %+v, %v, calls %v", report.Roles, err, account.calls)
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
		"everything":  {Options{}, []string{"other: missing", "root: missing", "outside: missing"}},
		"stack":       {Options{Stacks: []string{"root"}, All: true}, []string{"child: right", "grandchild: right", "root: missing"}},
		"environment": {Options{Environment: "free", All: true}, []string{"grandchild: right"}},
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
	const (
		again  = " --use-previous-template --capabilities CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND --parameters ParameterKey=env,UsePreviousValue=true"
		one    = " --region eu-west-1 --stack-name one"
		update = "aws cloudformation update-stack" + one + again + " && aws cloudformation wait stack-update-complete" + one
		revert = "aws cloudformation create-change-set" + one + " --change-set-name revert-drift --deployment-mode REVERT_DRIFT" + again +
			" && aws cloudformation wait change-set-create-complete" + one + " --change-set-name revert-drift" +
			" && aws cloudformation execute-change-set" + one + " --change-set-name revert-drift" +
			" && aws cloudformation wait stack-update-complete" + one
	)
	for name, test := range map[string]struct {
		stack, template, boundary string
		environment               string
		status                    cfn.StackStatus
		command, note             string
	}{
		"by_hand":               {"one", declared, "", "dev", "", revert, ""},
		"by_hand_while_updated": {"one", declared, "", "dev", cfn.StackStatusUpdateInProgress, revert, "when stack one is no longer in UPDATE_IN_PROGRESS"},
		"other_by_hand":         {"one", declared, "other", "dev", cfn.StackStatusCreateComplete, revert, ""},
		"stale":                 {"one", declared, "dev-1", "dev", "", update, ""},
		"stale_and_stuck":       {"one", declared, "dev-1", "dev", cfn.StackStatusUpdateRollbackFailed, "aws cloudformation continue-update-rollback" + one, "the stack is in UPDATE_ROLLBACK_FAILED; audit again after that"},
		"extra":                 {"one", declared, "dev", "free", "", update, ""},
		"extra_undeclared":      {"one", undeclared, "dev", "free", "", "aws iam delete-role-permissions-boundary --role-name one", ""},
		"lost":                  {"one", declared, "", "dev", cfn.StackStatusRollbackComplete, "aws cloudformation delete-stack" + one, "the stack is in ROLLBACK_COMPLETE and can only be deleted"},
		"being_deleted":         {"one", declared, "", "dev", cfn.StackStatusDeleteInProgress, "aws cloudformation wait stack-delete-complete" + one, "the stack is being deleted"},
		"no_such_environment":   {"one", declared, "dev", "prod", "", "amplify-boundary env add prod", "environment prod is not in the registry; audit again after that"},
		"declared_twice":        {"one", "Transform: [AmplifyBoundary, {Name: AmplifyBoundary, Parameters: {Environment: free}}]\nResources: {}", "", "dev", "", "", "declare the macro once, last, in the template of stack one; then deploy it"},
		"undeclared":            {"one", undeclared, "", "dev", "", "amplify-boundary declare TEMPLATE", "on the template of stack one; then deploy it"},
		"declared_around":       {"one", "Resources: {Fn::Transform: {Name: AmplifyBoundary}, Role: {Type: AWS::IAM::Role}}", "", "dev", "", revert, ""},
		"declared_inside":       {"one", "Resources: {Role: {Type: AWS::IAM::Role, Properties: {Fn::Transform: {Name: AmplifyBoundary}}}}", "", "dev", "", revert, ""},
		"declared_elsewhere":    {"one", "Resources: {Role: {Type: AWS::IAM::Role}, Role2: {Fn::Transform: {Name: AmplifyBoundary}, Type: AWS::IAM::Role}}", "", "dev", "", "amplify-boundary declare TEMPLATE", "on the template of stack one; then deploy it"},
		"amplify":               {"amplify-shop-dev-1a2b3", declared, "dev-1", "dev", "", "amplify env checkout dev && amplify push --force", "in the project of stack amplify-shop-dev-1a2b3"},
		"amplify_undeclared":    {"amplify-shop-dev-1a2b3", undeclared, "", "dev", "", "amplify-boundary adopt", "in the project of stack amplify-shop-dev-1a2b3; then amplify push"},
		"amplify_branch":        {"amplify-d1abc-main-branch-0123456789", declared, "dev-1", "dev", "", "npx ampx pipeline-deploy --app-id d1abc --branch main", "with another Revision where the macro is declared in backend.ts"},
		"amplify_sandbox":       {"amplify-shop-maria-sandbox-0123456789", declared, "dev-1", "dev", "", "npx ampx sandbox --once", "with another Revision where the macro is declared in backend.ts"},
	} {
		t.Run(name, func(t *testing.T) {
			account := newAccount()
			account.stack(test.stack, "", test.template, test.boundary, env(test.environment)).StackStatus = test.status
			account.check(t, test.command, test.note)
		})
	}
}

// check holds what repairs the only finding.
func (f *fakeAccount) check(t *testing.T, command, note string) {
	t.Helper()
	report, err := f.run(t, Options{})
	if err != nil || len(report.Roles) != 1 {
		t.Fatalf("got %+v, %v, want one finding", report.Roles, err)
	}
	if diff := cmp.Diff([]string{command, note}, []string{report.Roles[0].Repair, report.Roles[0].Note}); diff != "" {
		t.Error(diff)
	}
}

func TestRepair_outside(t *testing.T) {
	for _, boundary := range []string{"", "other"} {
		account := newAccount()
		account.role("/", "lonely", boundary)
		account.check(t, "aws iam put-role-permissions-boundary --role-name lonely --permissions-boundary ARN", "with a boundary that amplify-boundary env list shows")
	}
}

// What is wrong in the registry is repaired there first.
func TestRepair_registry(t *testing.T) {
	for name, test := range map[string]struct{ value, command, note string }{
		"malformed":          {"hunter2", "amplify-boundary env update qa", "the entry of environment qa is malformed; audit again after that"},
		"of_another_account": {"arn:aws:iam::999999999999:policy/x", "amplify-boundary env show qa", "which says why the environment has no usable boundary"},
	} {
		t.Run(name, func(t *testing.T) {
			account := newAccount()
			account.registry = fakeRegistry{"qa": test.value}
			account.stack("one", "", declared, "other", env("qa"))
			account.check(t, test.command, test.note)
		})
	}
}

// The stack that registers the macro cannot declare it.
func TestRepair_of_the_macro(t *testing.T) {
	const why = "the stack registers the macro, so it cannot declare it"
	for name, test := range map[string]struct {
		macro, parameter string
		command, note    string
	}{
		"with_the_parameter": {"AmplifyBoundary", "PermissionsBoundary", "aws cloudformation update-stack --region eu-west-1 --stack-name one" +
			" --use-previous-template --capabilities CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND" +
			" --parameters ParameterKey=env,UsePreviousValue=true ParameterKey=PermissionsBoundary,ParameterValue=" + policy + "dev" +
			" && aws cloudformation wait stack-update-complete --region eu-west-1 --stack-name one", why},
		"without": {"AmplifyBoundary", "Other", "aws iam put-role-permissions-boundary --role-name one --permissions-boundary " + policy + "dev", why},
		"another": {"Other", "PermissionsBoundary", "amplify-boundary declare TEMPLATE", "on the template of stack one; then deploy it"},
	} {
		t.Run(name, func(t *testing.T) {
			account := newAccount()
			s := account.stack("one", "", undeclared, "", env("dev"), cfn.Parameter{ParameterKey: &test.parameter, ParameterValue: aws.String("")})
			account.resources[*s.StackId] = append(account.resources[*s.StackId],
				cfn.StackResourceSummary{ResourceType: aws.String("AWS::CloudFormation::Macro"), PhysicalResourceId: &test.macro})
			account.check(t, test.command, test.note)
		})
	}
}

func TestRepair_of_the_macro_without_an_environment(t *testing.T) {
	account := newAccount()
	s := account.stack("one", "", undeclared, "", cfn.Parameter{ParameterKey: aws.String("PermissionsBoundary"), ParameterValue: aws.String("")})
	account.resources[*s.StackId] = append(account.resources[*s.StackId],
		cfn.StackResourceSummary{ResourceType: aws.String("AWS::CloudFormation::Macro"), PhysicalResourceId: aws.String("AmplifyBoundary")})
	account.check(t, "aws iam put-role-permissions-boundary --role-name one --permissions-boundary ARN",
		"with a boundary that amplify-boundary env list shows; the stack registers the macro, so it cannot declare it")
}

func TestRepair_cdk(t *testing.T) {
	for name, test := range map[string]struct{ template, boundary, command, note string }{
		"by_hand":    {declared, "", "cdk deploy app --revert-drift", ""},
		"stale":      {declared, "dev-1", "cdk deploy app --force", ""},
		"undeclared": {undeclared, "", "", "declare the macro in the app of stack app by an aspect, as docs/tools.md shows, and deploy it"},
	} {
		t.Run(name, func(t *testing.T) {
			account := newAccount()
			account.stack("app", "", test.template, test.boundary, env("dev"), cfn.Parameter{ParameterKey: aws.String("BootstrapVersion"), ParameterValue: aws.String("/x")})
			account.check(t, test.command, test.note)
		})
	}
}

func TestRepair_nested(t *testing.T) {
	const root = " --region eu-west-1 --stack-name root"
	for name, test := range map[string]struct{ boundary, command, note string }{
		"by_hand": {"", "aws iam put-role-permissions-boundary --role-name child --permissions-boundary " + policy + "dev", ""},
		"stale": {"dev-1", "aws cloudformation update-stack" + root + " --use-previous-template --capabilities CAPABILITY_NAMED_IAM CAPABILITY_AUTO_EXPAND" +
			" && aws cloudformation wait stack-update-complete" + root,
			"with another Revision where the macro is declared in the template of child, unless NestedStacks is bound"},
	} {
		t.Run(name, func(t *testing.T) {
			account := newAccount()
			account.stack("root", "", undeclared, "dev")
			account.stack("child", "root", declared, test.boundary, env("dev"))
			account.check(t, test.command, test.note)
		})
	}
}

// A nested stack whose root was deleted is its own.
func TestRun_root_deleted(t *testing.T) {
	account := newAccount()
	account.stack("child", "gone", declared, "dev-1", env("dev"))
	report, err := account.run(t, Options{})
	if err != nil || len(report.Roles) != 1 || report.Roles[0].Root != "child" || !strings.HasPrefix(report.Roles[0].Repair, "aws cloudformation update-stack") {
		t.Errorf("got %+v, %v", report.Roles, err)
	}
}

func TestReadStacks_region_not_enabled(t *testing.T) {
	account := newAccount()
	account.denied, account.code = "stacks ", "InvalidClientTokenId"
	for _, optional := range []bool{false, true} {
		failures := readStacks(t.Context(), []Region{{"af-south-1", account, rate.NewLimiter(rate.Inf, 1), optional}}, Options{}).failures
		if (len(failures) == 0) != optional {
			t.Errorf("optional %t: got %v", optional, failures)
		}
	}
}

// Roles of stacks that could not be read are not taken for roles outside of every stack.
func TestRun_unread(t *testing.T) {
	for name, test := range map[string]struct {
		denied  string
		options Options
		want    []Role
	}{
		"resources": {"resources " + stackID("amplify-shop-dev-1a2b3"), Options{}, []Role{
			{Kind: Missing, Role: "amplify-shop-dev-1a2b3-Role-X", Location: Unread, Stack: "amplify-shop-dev-1a2b3", Environment: "dev"},
			{Kind: Missing, Role: "lonely", Location: Unread},
		}},
		"resources_of_a_named_stack": {"resources " + stackID("amplify-shop-dev-1a2b3"), Options{Stacks: []string{"amplify-shop-dev-1a2b3"}}, []Role{
			{Kind: Missing, Role: "amplify-shop-dev-1a2b3-Role-X", Location: Unread, Stack: "amplify-shop-dev-1a2b3", Environment: "dev"},
		}},
		"stacks": {"stacks ", Options{}, []Role{
			{Kind: Missing, Role: "amplify-shop-dev-1a2b3-Role-X", Location: Unread},
			{Kind: Missing, Role: "lonely", Location: Unread},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			account := newAccount()
			account.stack("amplify-shop-dev-1a2b3", "", declared, "dev", env("dev"))
			account.roles = nil
			account.role("/", "amplify-shop-dev-1a2b3-Role-X", "")
			account.role("/", "lonely", "")
			account.denied = test.denied
			report, err := account.run(t, test.options)
			if err != nil || len(report.Errors) != 1 {
				t.Fatal(report.Errors, err)
			}
			var got []Role
			for _, r := range report.Roles {
				if r.Repair != "amplify-boundary audit" || r.Note == "" {
					t.Errorf("%s: got repair %q, note %q", r.Role, r.Repair, r.Note)
				}
				got = append(got, Role{Kind: r.Kind, Role: r.Role, Location: r.Location, Stack: r.Stack, Environment: r.Environment})
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A role of a stack that could not be read is named after it; the names of two such stacks can begin alike.
func TestLocate_unread(t *testing.T) {
	denied := errors.New("denied")
	app, api, read := &stack{name: "app", unread: denied}, &stack{name: "app-api", unread: denied}, &stack{name: "app-api-v2"}
	for name, want := range map[string]*stack{"app-Role-1": app, "app-api-Role-1": api, "app-api-v2-Role-1": api, "application-Role-1": nil} {
		for _, order := range [][]*stack{{app, api, read}, {read, api, app}} {
			roles := []role{{name: name}}
			locate(roles, reading{stacks: order})
			if got := roles[0].stack; got != want || !roles[0].isDoubted {
				t.Errorf("%s: got %+v, want %+v", name, got, want)
			}
		}
	}
}

// What was listed before a page that fails is not lost.
func TestReadStacks_first_page(t *testing.T) {
	account := newAccount()
	for _, name := range []string{"one", "two", "three"} {
		account.stack(name, "", declared, "dev", env("dev"))
	}
	account.lastPageFails = true
	read := readStacks(t.Context(), []Region{{"eu-west-1", account, rate.NewLimiter(rate.Inf, 1), false}}, Options{})
	if len(read.stacks) != 2 || len(read.failures) != 1 || read.isWhole {
		t.Errorf("got %d stacks, %v, whole %t", len(read.stacks), read.failures, read.isWhole)
	}
}

// A stack that is deleted meanwhile has no roles any more; one that is only planned has none yet.
func TestRun_stacks_without_resources(t *testing.T) {
	account := newAccount()
	account.stack("gone", "", declared, "dev", env("dev"))
	account.stack("planned", "", declared, "dev", env("dev")).StackStatus = cfn.StackStatusReviewInProgress
	account.stack("deleted", "", declared, "dev", env("dev")).StackStatus = cfn.StackStatusDeleteComplete
	account.denied, account.code, account.message = "resources "+stackID("gone"), "ValidationError", "Stack [gone] does not exist"
	report, err := account.run(t, Options{All: true})
	if err != nil || len(report.Errors) != 0 || account.calls["resources"] != 1 {
		t.Fatal(report.Errors, err, account.calls)
	}
	for _, r := range report.Roles {
		if r.Location != Outside {
			t.Errorf("got %s in %q, %s", r.Role, r.Stack, r.Location)
		}
	}
}

// The macro is given the value of an SSM parameter, not its name.
func TestRun_resolved_parameter(t *testing.T) {
	account := newAccount()
	parameter := env("/stage")
	parameter.ResolvedValue = aws.String("dev")
	account.stack("one", "", declared, "dev", parameter)
	report, err := account.run(t, Options{All: true})
	if diff := cmp.Diff([]string{"one: right"}, kinds(report)); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

// What an exception leaves out is not a finding, until the exception ends.
func TestRun_exceptions(t *testing.T) {
	const glass = `{"roles": ["glass"], "stacks": ["tower-*"], "reason": "emergencies", "until": "2027-03-31"}`
	build := func() *fakeAccount {
		account := newAccount()
		account.registry = fakeRegistry{"_except/glass": glass}
		account.role("/", "glass", "")
		account.role("/", "bare", "")
		account.stack("tower-1", "", undeclared, "other", env("dev"))
		account.stack("child", "tower-1", undeclared, "", env("dev"))
		return account
	}
	lastDay := time.Date(2027, 3, 31, 23, 0, 0, 0, time.UTC)
	report, err := build().run(t, Options{Time: lastDay})
	if diff := cmp.Diff([]string{"bare: missing"}, kinds(report)); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if got, want := report.Totals, (Totals{Stacks: 2, Roles: 4, Findings: 1, Excepted: 3}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if len(report.Exceptions) != 3 || len(report.Warnings) != 0 {
		t.Errorf("got %+v, %q", report.Exceptions, report.Warnings)
	}
	report, err = build().run(t, Options{Time: lastDay, All: true})
	if diff := cmp.Diff([]string{"child: excepted", "tower-1: excepted", "bare: missing", "glass: excepted"}, kinds(report)); err != nil || diff != "" {
		t.Error(err, diff)
	}
	for _, r := range report.Exceptions {
		want := Role{Kind: Excepted, Exception: "glass", Reason: "emergencies", Until: "2027-03-31", Message: "exception glass leaves it out: emergencies"}
		if diff := cmp.Diff(want, Role{Kind: r.Kind, Exception: r.Exception, Reason: r.Reason, Until: r.Until, Message: r.Message, Repair: r.Repair, Note: r.Note}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", r.Role, diff)
		}
	}
	report, err = build().run(t, Options{Time: lastDay.Add(time.Hour)})
	if diff := cmp.Diff([]string{"child: missing", "tower-1: different", "bare: missing", "glass: missing"}, kinds(report)); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if diff := cmp.Diff([]string{"exception glass ended on 2027-03-31: its roles are compared again"}, report.Warnings); diff != "" {
		t.Error(diff)
	}
}

// An exception for a stack leaves out only roles that are known to belong to the stack.
func TestRun_exception_of_an_unread_stack(t *testing.T) {
	for denied, want := range map[string]string{"": "excepted", "resources " + stackID("tower"): "missing"} {
		account := newAccount()
		account.registry = fakeRegistry{"_except/tower": `{"stacks": ["tower"], "reason": "AWS creates it"}`}
		s := account.stack("tower", "", undeclared, "")
		account.resources[*s.StackId][0].PhysicalResourceId = aws.String("tower-Role-1A2B")
		account.roles = nil
		account.role("/", "tower-Role-1A2B", "")
		account.denied = denied
		report, err := account.run(t, Options{All: true})
		if diff := cmp.Diff([]string{"tower-Role-1A2B: " + want}, kinds(report)); err != nil || diff != "" {
			t.Error(denied, err, diff)
		}
	}
}

func TestRun_environment_of_a_project(t *testing.T) {
	for project, exists := range map[string]bool{"": true, "blog": true, "shop": false} {
		account := newAccount()
		account.registry = fakeRegistry{"blog/qa": policy + "dev"}
		if _, err := account.run(t, Options{Environment: "qa", Project: project}); errors.Is(err, ErrNoEnvironment) == exists {
			t.Errorf("project %q: got %v", project, err)
		}
	}
}

// If a project has the same boundary as the environment, the environment's own SSM parameter is named.
func TestRun_source_of_a_boundary(t *testing.T) {
	account := newAccount()
	account.registry = fakeRegistry{"other/dev": policy + "dev"}
	account.stack("one", "", undeclared, "", env("dev"))
	report, err := account.run(t, Options{})
	if want := policy + "dev (SSM parameter /amplify-boundary/dev)"; err != nil || len(report.Roles) != 1 || !strings.Contains(report.Roles[0].Message, want) {
		t.Errorf("got %+v, %v, want %s", report.Roles, err, want)
	}
}

// Malformed entries are named, and their values are not repeated.
func TestRun_malformed(t *testing.T) {
	account := newAccount()
	account.registry = fakeRegistry{"_except/glass": "hunter2", "secret": "hunter2"}
	account.role("/", "glass", "")
	report, err := account.run(t, Options{})
	if diff := cmp.Diff([]string{"glass: missing"}, kinds(report)); err != nil || diff != "" {
		t.Error(err, diff)
	}
	if len(report.Warnings) != 2 || !strings.HasPrefix(report.Warnings[0], "SSM parameter /amplify-boundary/_except/glass: ") ||
		!strings.HasPrefix(report.Warnings[1], "SSM parameter /amplify-boundary/secret ") || strings.Contains(fmt.Sprint(report), "hunter2") {
		t.Errorf("got %q", report.Warnings)
	}
}

// AWS's own roles are repaired by an exception, and never by hand.
func TestRepair_presets(t *testing.T) {
	const note = "AWS creates the role and manages it; the exception leaves it out"
	for role, want := range map[string]string{
		"AWSControlTowerExecution":                        "control-tower",
		"aws-controltower-AdministratorExecutionRole":     "control-tower",
		"stacksets-exec-0123456789abcdef0123456789abcdef": "control-tower",
		"OrganizationAccountAccessRole":                   "organizations",
	} {
		t.Run(role, func(t *testing.T) {
			account := newAccount()
			account.role("/", role, "")
			account.check(t, "amplify-boundary except add "+want+" --preset "+want, note)
		})
	}
	account := newAccount()
	account.stack("StackSet-AWSControlTowerBP-1a2b", "", undeclared, "", env("dev"))
	account.check(t, "amplify-boundary except add control-tower --preset control-tower", note)
}
