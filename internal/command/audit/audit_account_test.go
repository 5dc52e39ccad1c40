package audit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
	"amplify-boundary/internal/test/mototest"
)

const (
	accountRegion = "eu-west-1"
	policyPrefix  = "arn:aws:iam::" + mototest.AccountID + ":policy/"
)

// builtAccount is an account in moto, of 60 stacks and 1,000 roles.
type builtAccount struct {
	moto    string
	stacks  *cloudformation.Client
	iam     *iam.Client
	parents map[string]string
	roles   int
	lists   sync.Map
}

// stack makes a stack, whose roles have a boundary, and returns its ID. An empty environment means no parameter env.
func (b *builtAccount) stack(t *testing.T, name, transform, environment, boundary string, roles int, parameters ...string) string {
	t.Helper()
	template := map[string]any{"Resources": map[string]any{}}
	if transform != "" {
		template["Transform"] = transform
	}
	declared := map[string]any{}
	if environment != "" {
		declared["env"] = map[string]string{"Type": "String", "Default": environment}
	}
	for _, parameter := range parameters {
		declared[parameter] = map[string]string{"Type": "String", "Default": "x"}
	}
	if len(declared) > 0 {
		template["Parameters"] = declared
	}
	for i := range roles {
		properties := map[string]any{"RoleName": fmt.Sprintf("%s-%03d", name, i), "AssumeRolePolicyDocument": map[string]any{"Version": "2012-10-17", "Statement": []any{}}}
		if boundary != "" {
			properties["PermissionsBoundary"] = policyPrefix + boundary
		}
		template["Resources"].(map[string]any)[fmt.Sprintf("Role%d", i)] = map[string]any{"Type": "AWS::IAM::Role", "Properties": properties}
	}
	text, err := json.Marshal(template)
	if err != nil {
		t.Fatal(err)
	}
	made, err := b.stacks.CreateStack(t.Context(), &cloudformation.CreateStackInput{StackName: &name, TemplateBody: aws.String(string(text))})
	if err != nil {
		t.Fatal(err)
	}
	b.roles += roles
	return *made.StackId
}

// role makes a role outside of every stack.
func (b *builtAccount) role(t *testing.T, path, name string) {
	t.Helper()
	_, err := b.iam.CreateRole(t.Context(), &iam.CreateRoleInput{Path: &path, RoleName: &name, AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`)})
	if err != nil {
		t.Fatal(err)
	}
	b.roles++
}

// The stacks of the account that have findings, and how many of what kind.
const (
	driftedRoles  = 3  // of stack plain-00, whose boundary somebody took
	staleRoles    = 15 // of stack cdk-0
	otherRoles    = 20 // of stack plain-01
	bareRoles     = 5  // of stack bare, which does not declare the macro
	nestedRoles   = 3  // of a stack nested in Amplify's
	outsideRoles  = 37
	reservedRoles = 3
)

func buildAccount(t *testing.T) *builtAccount {
	t.Helper()
	moto := mototest.Start(t)
	cfg := mototest.Config(moto, accountRegion)
	b := &builtAccount{moto: moto, stacks: cloudformation.NewFromConfig(cfg), iam: iam.NewFromConfig(cfg), parents: map[string]string{}}
	for _, value := range []string{"dev-old", "dev"} {
		mototest.PutParameter(t, moto, accountRegion, "/amplify-boundary/dev", policyPrefix+value, types.ParameterTypeString)
	}
	mototest.PutParameter(t, moto, accountRegion, "/amplify-boundary/prod", policyPrefix+"prod", types.ParameterTypeString)

	b.stack(t, "plain-00", "AmplifyBoundary", "dev", "dev", 20)
	b.stack(t, "plain-01", "AmplifyBoundary", "prod", "dev", otherRoles) // never a boundary of prod
	for i := 2; i < 30; i++ {
		b.stack(t, fmt.Sprintf("plain-%02d", i), "AmplifyBoundary", "dev", "dev", 20)
	}
	for i := range 5 { // roots of Amplify have no parameter env
		root := fmt.Sprintf("amplify-shop%d-dev-1a2b%d", i, i)
		id := b.stack(t, root, "AmplifyBoundary", "", "dev", 2)
		b.parents[root+"-auth-X"], b.parents[root+"-api-X"] = id, id
		b.stack(t, root+"-auth-X", "AmplifyBoundary", "dev", "dev", 3)
		boundary := "dev"
		if i == 4 {
			boundary = ""
		}
		b.stack(t, root+"-api-X", "AmplifyBoundary", "dev", boundary, nestedRoles)
	}
	b.stack(t, "cdk-0", "AmplifyBoundary", "dev", "dev-old", staleRoles, "BootstrapVersion")
	for i := 1; i < 10; i++ {
		b.stack(t, fmt.Sprintf("cdk-%d", i), "AmplifyBoundary", "dev", "dev", 15, "BootstrapVersion")
	}
	b.stack(t, "large", "AmplifyBoundary", "dev", "dev", 150)
	b.stack(t, "bare", "", "dev", "", bareRoles)
	for i := range 3 {
		b.stack(t, fmt.Sprintf("literal-%d", i), "", "dev", "dev", 5)
	}
	for i := range outsideRoles {
		b.role(t, "/", fmt.Sprintf("outside-%02d", i))
	}
	for i := range reservedRoles {
		b.role(t, "/aws-service-role/ecs.amazonaws.com/", fmt.Sprintf("AWSServiceRoleFor%d", i))
	}
	for i := range driftedRoles {
		if _, err := b.iam.DeleteRolePermissionsBoundary(t.Context(), &iam.DeleteRolePermissionsBoundaryInput{RoleName: aws.String(fmt.Sprintf("plain-00-%03d", i))}); err != nil {
			t.Fatal(err)
		}
	}
	b.remember(t)
	return b
}

// remember asks moto for the roles, as an audit does, but waits as long as it takes: a busy moto is slower than AWS.
func (b *builtAccount) remember(t *testing.T) {
	t.Helper()
	f := &front{lists: &b.lists}
	client := iam.NewFromConfig(mototest.Config(f.start(t, b.moto), accountRegion))
	_, err := client.GetAccountAuthorizationDetails(t.Context(), &iam.GetAccountAuthorizationDetailsInput{
		Filter: []iamtypes.EntityType{iamtypes.EntityTypeRole}, MaxItems: aws.Int32(1000),
	})
	if err != nil {
		t.Fatal(err)
	}
}

// audit runs the command before a front.
func (b *builtAccount) audit(t *testing.T, f *front, arguments ...string) (exit int, out, errors string) {
	t.Helper()
	f.parents, f.lists = b.parents, &b.lists
	environ := map[string]string{}
	for _, variable := range mototest.Environ(f.start(t, b.moto), accountRegion) {
		name, value, _ := strings.Cut(variable, "=")
		environ[name] = value
		t.Setenv(name, value) // the SDK reads them itself
	}
	var stdout, stderr bytes.Buffer
	exit = program.Run(t.Context(), command.IO{In: strings.NewReader(""), Out: &stdout, Err: &stderr, Getenv: os.Getenv}, arguments)
	return exit, stdout.String(), stderr.String()
}

// An account of 60 stacks and 1,000 roles, by pages, while AWS throttles.
func TestAudit_account(t *testing.T) {
	b := buildAccount(t)
	if b.roles != 1000 {
		t.Fatalf("the account has %d roles", b.roles)
	}
	t.Run("whole", func(t *testing.T) { testWholeAccount(t, b) })
	t.Run("denied", func(t *testing.T) { testDeniedCalls(t, b) })
	t.Run("regions_all", func(t *testing.T) { testAllRegions(t, b) })
	t.Run("registry_file", func(t *testing.T) { testRegistryFile(t, b) })
	t.Run("report", func(t *testing.T) { testReportNow(t, b) })
}

func testWholeAccount(t *testing.T, b *builtAccount) {
	f := &front{throttle: 1}
	exit, out, errors := b.audit(t, f, "audit", "--output", "json")
	report, err := audit.Parse([]byte(out))
	if exit != 3 || err != nil || len(report.Errors) > 0 {
		t.Fatalf("got exit code %d, %v, %s", exit, err, errors)
	}
	for _, list := range []string{`"errors": []`, `"stacks": []`} { // never null
		if !strings.Contains(out, list) {
			t.Errorf("there is no %s", list)
		}
	}
	want := audit.Totals{Stacks: 60, Roles: 1000 - reservedRoles, Undeclared: 15,
		Findings: driftedRoles + staleRoles + otherRoles + bareRoles + nestedRoles + outsideRoles}
	if diff := cmp.Diff(want, report.Totals); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
	kinds, repairs := map[string]int{}, map[string]bool{}
	for _, r := range report.Roles {
		location := r.Root
		if r.Location == audit.Outside {
			location = "(outside)"
		}
		kinds[string(r.Kind)+" in "+location]++
		words := strings.Fields(r.Repair)
		repairs[location+": "+strings.Join(words[:min(3, len(words))], " ")] = true
	}
	wantKinds := map[string]int{"missing in plain-00": driftedRoles, "different in plain-01": otherRoles, "stale in cdk-0": staleRoles,
		"missing in bare": bareRoles, "missing in amplify-shop4-dev-1a2b4": nestedRoles, "missing in (outside)": outsideRoles}
	if diff := cmp.Diff(wantKinds, kinds); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
	wantRepairs := map[string]bool{"plain-00: aws cloudformation create-change-set": true, "plain-01: aws cloudformation create-change-set": true,
		"cdk-0: cdk deploy cdk-0": true, "bare: amplify-boundary declare TEMPLATE": true,
		"amplify-shop4-dev-1a2b4: aws iam put-role-permissions-boundary": true, "(outside): aws iam put-role-permissions-boundary": true}
	if diff := cmp.Diff(wantRepairs, repairs); diff != "" {
		t.Errorf("repairs (-want +got):\n%s", diff)
	}
	// Every page was asked for, and on a busy machine maybe more than once; the bench holds the calls exactly.
	for action, want := range map[string]int{"GetAccountAuthorizationDetails": 4, "DescribeStacks": 3, "ListStackResources": 61, "GetTemplate": 60} {
		if got := f.calls[action]; got < want {
			t.Errorf("got %d answers to %s, want %d", got, action, want)
		}
	}
}

// A call that is denied is said, makes the exit code 1, and hides no role.
func testDeniedCalls(t *testing.T, b *builtAccount) {
	for name, test := range map[string]struct {
		denied, want string
		roles        int // that are shown
		location     string
	}{
		"resources": {"ListStackResources bare", "list the resources of stack bare in eu-west-1: access denied", bareRoles, audit.Unread},
		"template":  {"GetTemplate large", "read the template of stack large in eu-west-1: access denied", 0, ""},
		"stacks":    {"DescribeStacks ", "list the stacks in eu-west-1: access denied", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			exit, out, errors := b.audit(t, &front{denied: map[string]bool{test.denied: true}}, "audit", "--stack-name", "bare", "--stack-name", "large", "--output", "json")
			report, err := audit.Parse([]byte(out))
			if exit != 1 || err != nil || len(report.Errors) != 1 || !strings.Contains(errors, test.want) {
				t.Fatalf("got exit code %d, %v\n%s", exit, err, errors)
			}
			shown := 0
			for _, r := range report.Roles {
				if r.Location == test.location {
					shown++
				}
			}
			if test.location != "" && shown != test.roles {
				t.Errorf("got %d roles of stacks that were not read, want %d", shown, test.roles)
			}
		})
	}
	exit, out, errors := b.audit(t, &front{denied: map[string]bool{"GetAccountAuthorizationDetails ": true}}, "audit")
	if exit != 1 || out != "" || !strings.Contains(errors, "allow iam:GetAccountAuthorizationDetails") {
		t.Errorf("without the roles: got exit code %d\n%s%s", exit, out, errors)
	}
}

// All regions are those of the account's partition. In the others there are no stacks.
func testAllRegions(t *testing.T, b *builtAccount) {
	f := &front{}
	exit, out, errors := b.audit(t, f, "audit", "--regions", "all", "--stack-name", "bare", "--output", "sarif")
	if exit != 3 {
		t.Fatalf("got exit code %d\n%s", exit, errors)
	}
	report, err := sarif.FromString(out)
	if err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(strings.NewReader(out))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(new(sarif.Report)); err != nil {
		t.Errorf("not a property of SARIF: %v", err)
	}
	report.Runs[0].NewlineSequences = []string{"\n"} // the library leaves it empty, which the schema forbids
	if err := report.Validate(); err != nil {
		t.Errorf("not valid against the schema: %v", err)
	}
	for _, result := range report.Runs[0].Results {
		if rule := report.Runs[0].Tool.Driver.Rules[result.RuleIndex]; *result.RuleID != "role-missing" || *rule.ID != *result.RuleID || *rule.Help.Text == "" {
			t.Errorf("got rule %s at %s", *result.RuleID, *rule.ID)
		}
	}
	if got := len(report.Runs[0].Results); got != bareRoles {
		t.Errorf("got %d results, want %d", got, bareRoles)
	}
	if _, china := f.regions.Load("cn-north-1"); china {
		t.Error("a region of another partition was asked")
	}
	for _, region := range []string{accountRegion, "us-east-1", "ap-southeast-2"} {
		if _, asked := f.regions.Load(region); !asked {
			t.Errorf("region %s was not asked", region)
		}
	}
}

// A registry file has no history: what was right once is different.
func testRegistryFile(t *testing.T, b *builtAccount) {
	registry := t.TempDir() + "/registry.json"
	if err := os.WriteFile(registry, []byte(`{"/amplify-boundary/dev": "`+policyPrefix+`dev"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	exit, out, errors := b.audit(t, &front{}, "audit", "--registry", registry, "--stack-name", "cdk-0")
	if exit != 3 || !strings.Contains(out, fmt.Sprintf("\n1 stack, %[1]d roles, %[1]d findings (%[1]d different)\n\ndifferent:\n  cdk deploy cdk-0 --revert-drift\n", staleRoles)) || errors != "" {
		t.Errorf("got exit code %d\n%s%s", exit, out, errors)
	}
}

// A page shows an audit that is run for it; where a call fails, it is written all the same.
func testReportNow(t *testing.T, b *builtAccount) {
	page := t.TempDir() + "/page.html"
	exit, out, errors := b.audit(t, &front{}, "report", "--to", page, "--stack-name", "bare")
	text, err := os.ReadFile(page)
	if exit != 0 || out != "" || err != nil || !strings.Contains(string(text), "5 of 5 roles need attention.") {
		t.Errorf("got exit code %d, %v\n%s", exit, err, errors)
	}
	exit, _, errors = b.audit(t, &front{denied: map[string]bool{"ListStackResources bare": true}}, "report", "--to", page, "--stack-name", "bare")
	text, err = os.ReadFile(page)
	if exit != 1 || err != nil || !strings.Contains(errors, "error: list the resources of stack bare") || !strings.Contains(string(text), "What could not be read") {
		t.Errorf("with a denied call: got exit code %d, %v\n%s", exit, err, errors)
	}
}
