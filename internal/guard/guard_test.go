package guard

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/registry"
)

const (
	account = "123456789012"
	dev     = "arn:aws:iam::" + account + ":policy/dev"
	shop    = "arn:aws:iam::" + account + ":policy/shop-dev"
	prod    = "arn:aws:iam::" + account + ":policy/prod"
	other   = "arn:aws:iam::" + account + ":policy/other"
)

// hierarchy is a registry; names are relative to the prefix.
type hierarchy map[string]string

func (h hierarchy) List(_ context.Context, path string) ([]registry.Parameter, error) {
	prefix, onlyExceptions := strings.CutSuffix(path, "/_except")
	var list []registry.Parameter
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if !onlyExceptions || strings.HasPrefix(name, "_except/") {
			list = append(list, registry.Parameter{Name: prefix + "/" + name, Value: h[name]})
		}
	}
	return list, nil
}

// inParts is a registry of which each event reads the smallest part.
type inParts struct{ hierarchy }

func (h inParts) Part(ctx context.Context, prefix, accountID, project string) (part []registry.Parameter, whole bool, err error) {
	list, err := h.List(ctx, prefix)
	for _, p := range list {
		level := path.Dir(p.Name)
		if level == prefix || project != "" && level == registry.Path(prefix, project) || p.Name == registry.AccountName(prefix, accountID) { // no exceptions
			part = append(part, p)
		}
	}
	return part, false, err
}

// usual has an environment with a boundary, one for which a project has one too, and one without.
func usual() hierarchy {
	return hierarchy{
		"dev":       dev,
		"prod":      "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${Environment}",
		"sandbox":   "none",
		"shop/dev":  shop,
		"shop/prod": "none",
		"secret":    "hunter2",
	}
}

func settings(t *testing.T, variables map[string]string) Settings {
	t.Helper()
	s, err := ReadSettings(func(name string) string { return variables[name] })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// roleEvent is an event about a role of a stack; without a stack, it is from Cloud Control.
func roleEvent(stack, properties string) string {
	return event("CREATE_PRE_PROVISION", "AWS::IAM::Role", stack, properties)
}

func event(point, typ, stack, properties string) string {
	if stack != "" {
		stack = "arn:aws:cloudformation:eu-west-1:" + account + ":stack/" + stack + "/4ac0ab90-0000-11ef-8000-0242ac120002"
	}
	return fmt.Sprintf(`{"clientRequestToken": "token", "awsAccountId": %q, "stackId": %q, "hookTypeName": "Amplify::Boundary::Guard",
		"actionInvocationPoint": %q, "requestData": {"targetName": %q, "targetType": %[4]q, "targetLogicalId": "OrderRole",
		"targetModel": {"resourceProperties": %s}}, "requestContext": {"invocation": 1, "callbackContext": null}}`, account, stack, point, typ, properties)
}

func with(arn string) string {
	return fmt.Sprintf(`{"AssumeRolePolicyDocument": {}, "PermissionsBoundary": %q}`, arn)
}

const without = `{"AssumeRolePolicyDocument": {}}`

// ask returns the answer to an event. It must be the same if the registry is read in parts.
func ask(t *testing.T, s Settings, h Hierarchy, payload string) Answer {
	t.Helper()
	got := askOnce(t, s, h, payload)
	if whole, ok := h.(hierarchy); ok {
		if diff := cmp.Diff(got, askOnce(t, s, inParts{whole}, payload)); diff != "" {
			t.Errorf("the registry read in parts (-whole +parts):\n%s", diff)
		}
	}
	return got
}

func askOnce(t *testing.T, s Settings, h Hierarchy, payload string) Answer {
	t.Helper()
	response, err := NewHandler(s, h, nil, "eu-west-1", io.Discard).Invoke(t.Context(), []byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	var a Answer
	if err := json.Unmarshal(response, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestVerdict(t *testing.T) {
	const amplifyDev, amplifyNested, amplifyProd, amplifySandbox = "amplify-shop-dev-1a2b3", "amplify-shop-dev-123456-functionOrder-ABCDEFGHIJKL", "amplify-shop-prod-1a2b3", "amplify-shop-sandbox-1a2b3"
	fixed := func(name string, more ...string) map[string]string {
		variables := map[string]string{"ENVIRONMENT": name}
		for i := 0; i < len(more); i += 2 {
			variables[more[i]] = more[i+1]
		}
		return variables
	}
	for name, test := range map[string]struct {
		variables map[string]string
		payload   string
		want      string // the error code; empty where the role passes
	}{
		"unknown_environment/a_boundary_of_the_registry":       {nil, roleEvent("any", with(dev)), ""},
		"unknown_environment/a_project's_boundary":             {nil, roleEvent("any", with(shop)), ""},
		"unknown_environment/a_resolved_placeholder":           {nil, roleEvent("any", with(prod)), ""},
		"unknown_environment/another":                          {nil, roleEvent("any", with(other)), NonCompliant},
		"unknown_environment/none":                             {nil, roleEvent("any", without), NonCompliant},
		"unknown_environment/empty":                            {nil, roleEvent("any", with("")), NonCompliant},
		"unknown_environment/null":                             {nil, roleEvent("any", `{"PermissionsBoundary": null}`), NonCompliant},
		"unknown_environment/not_a_string":                     {nil, roleEvent("any", `{"PermissionsBoundary": ["`+dev+`"]}`), NonCompliant},
		"unknown_environment/another_spelling":                 {nil, roleEvent("any", `{"permissionsBoundary": "`+dev+`"}`), NonCompliant},
		"unknown_environment/a_placeholder_itself":             {nil, roleEvent("any", with("arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${Environment}")), NonCompliant},
		"unknown_environment/none_is_no_ARN":                   {nil, roleEvent("any", with("none")), NonCompliant},
		"unknown_environment/a_fixed_project's_and_all":        {map[string]string{"PROJECT": "other"}, roleEvent("any", with(dev)), ""},
		"unknown_environment/another_project's_than_the_fixed": {map[string]string{"PROJECT": "other"}, roleEvent("any", with(shop)), NonCompliant},
		"cloud_control/a_boundary_of_the_registry":             {nil, roleEvent("", with(dev)), ""},
		"cloud_control/none":                                   {nil, roleEvent("", without), NonCompliant},
		"stack's_name/its_boundary":                            {nil, roleEvent(amplifyDev, with(dev)), ""},
		"stack's_name/its_boundary_in_a_nested_stack":          {nil, roleEvent(amplifyNested, with(dev)), ""},
		"stack's_name/a_project's":                             {nil, roleEvent(amplifyDev, with(shop)), ""},
		"stack's_name/another_environment's":                   {nil, roleEvent(amplifyDev, with(prod)), NonCompliant},
		"stack's_name/another_environment's_in_a_nested_stack": {nil, roleEvent(amplifyNested, with(prod)), NonCompliant},
		"stack's_name/has_none_and_no_boundary":                {nil, roleEvent(amplifySandbox, without), NonCompliant},
		"stack's_name/has_none_and_a_stricter":                 {nil, roleEvent(amplifySandbox, with(prod)), ""},
		"stack's_name/has_none_and_the_operator_trusts_it":     {map[string]string{"GUARD_PASSES_NONE": "true"}, roleEvent(amplifySandbox, without), ""},
		"stack's_name/has_a_boundary_though_trusted":           {map[string]string{"GUARD_PASSES_NONE": "true"}, roleEvent(amplifyDev, without), NonCompliant},
		"stack's_name/a_project_has_none":                      {map[string]string{"GUARD_PASSES_NONE": "true"}, roleEvent(amplifyProd, without), NonCompliant},
		"stack's_name/not_in_the_registry":                     {nil, roleEvent("amplify-shop-qa-1a2b3", with(dev)), NonCompliant},
		"stack's_name/malformed_entry":                         {nil, roleEvent("amplify-shop-secret-1a2b3", with(dev)), NonCompliant},
		"stack's_name/almost_Amplify's":                        {nil, roleEvent("amplify-shop-dev-1a2b3c", with(prod)), ""},
		"fixed/its_boundary":                                   {fixed("dev"), roleEvent("any", with(dev)), ""},
		"fixed/another":                                        {fixed("dev"), roleEvent("any", with(prod)), NonCompliant},
		"fixed/whatever_the_stack's_name_says":                 {fixed("prod"), roleEvent(amplifyDev, with(dev)), NonCompliant},
		"fixed/has_none":                                       {fixed("sandbox"), roleEvent("any", without), ""},
		"fixed/has_none_in_cloud_control":                      {fixed("sandbox"), roleEvent("", without), ""},
		"fixed/has_none_and_a_stricter":                        {fixed("sandbox"), roleEvent("any", with(prod)), ""},
		"fixed/has_none_and_another":                           {fixed("sandbox"), roleEvent("any", with(other)), NonCompliant},
		"fixed/has_none_where_that_is_not_allowed":             {fixed("sandbox", "ALLOW_NONE", "false"), roleEvent("any", without), NonCompliant},
		"fixed/a_project_has_none":                             {fixed("prod"), roleEvent("any", without), NonCompliant},
		"fixed/a_project_has_none_and_any_is_allowed":          {fixed("prod", "PROJECT", "*"), roleEvent("any", without), ""},
		"fixed/its_project_has_none":                           {fixed("prod", "PROJECT", "shop"), roleEvent("any", without), ""},
		"fixed/its_project's_boundary":                         {fixed("dev", "PROJECT", "shop"), roleEvent("any", with(shop)), ""},
		"fixed/its_environment's_though_the_project_has_one":   {fixed("dev", "PROJECT", "shop"), roleEvent("any", with(dev)), NonCompliant},
		"keep/any_policy":                                      {map[string]string{"EXISTING_BOUNDARY": "keep"}, roleEvent("any", with(other)), ""},
		"keep/of_AWS":                                          {map[string]string{"EXISTING_BOUNDARY": "keep"}, roleEvent("any", with("arn:aws:iam::aws:policy/ReadOnlyAccess")), ""},
		"keep/of_another_account":                              {map[string]string{"EXISTING_BOUNDARY": "keep"}, roleEvent("any", with("arn:aws:iam::210987654321:policy/other")), NonCompliant},
		"keep/a_placeholder":                                   {map[string]string{"EXISTING_BOUNDARY": "keep"}, roleEvent("any", with("arn:aws:iam::${AWS::AccountId}:policy/other")), NonCompliant},
		"keep/white_space":                                     {map[string]string{"EXISTING_BOUNDARY": "keep"}, roleEvent("any", with(" "+other)), NonCompliant},
		"keep/none":                                            {map[string]string{"EXISTING_BOUNDARY": "keep"}, roleEvent("any", without), NonCompliant},
		"update/another":                                       {nil, event("UPDATE_PRE_PROVISION", "AWS::IAM::Role", "any", without), NonCompliant},
		"delete":                                               {nil, event("DELETE_PRE_PROVISION", "AWS::IAM::Role", "any", without), ""},
		"delete/without_properties":                            {nil, strings.Replace(event("DELETE_PRE_PROVISION", "AWS::IAM::Role", "any", `{}`), `"resourceProperties": {}`, "", 1), ""},
		"another_type":                                         {nil, event("CREATE_PRE_PROVISION", "AWS::SQS::Queue", "any", `{}`), ""},
		"user/left_alone":                                      {nil, event("CREATE_PRE_PROVISION", "AWS::IAM::User", "any", `{}`), ""},
		"user/bounded":                                         {map[string]string{"BOUND_USERS": "true"}, event("CREATE_PRE_PROVISION", "AWS::IAM::User", "any", `{}`), NonCompliant},
		"user/right":                                           {map[string]string{"BOUND_USERS": "true"}, event("CREATE_PRE_PROVISION", "AWS::IAM::User", "any", with(dev)), ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := ask(t, settings(t, test.variables), usual(), test.payload)
			want := Success
			if test.want != "" {
				want = Failed
			}
			if got.HookStatus != want || got.ErrorCode != test.want || got.ClientRequestToken != "token" {
				t.Errorf("got %+v, want %s %q", got, want, test.want)
			}
			if strings.Contains(fmt.Sprint(got), "hunter2") {
				t.Errorf("the answer repeats a secret: %+v", got)
			}
		})
	}
}

func TestAccount_entry(t *testing.T) {
	h := usual()
	h["_account/"+account] = "sandbox"
	if got := ask(t, settings(t, nil), h, roleEvent("amplify-shop-dev-1a2b3", without)); got.HookStatus != Success {
		t.Errorf("an account that is fixed to an environment without a boundary: got %+v", got)
	}
	if got := ask(t, settings(t, map[string]string{"ENVIRONMENT": "dev"}), h, roleEvent("any", without)); got.ErrorCode != NonCompliant {
		t.Errorf("the setting takes precedence: got %+v", got)
	}
	h["_account/"+account] = "not a name"
	if got := ask(t, settings(t, nil), h, roleEvent("any", with(dev))); got.ErrorCode != InternalFailure || strings.Contains(got.Message, "not a name") {
		t.Errorf("a malformed entry: got %+v", got)
	}
	if got := ask(t, settings(t, map[string]string{"ENVIRONMENT": "dev"}), h, roleEvent("any", with(dev))); got.HookStatus != Success {
		t.Errorf("a malformed entry where the setting fixes the environment, which the macro does not read: got %+v", got)
	}
}

func TestAnswer_says_what_to_do(t *testing.T) {
	const (
		name   = "OrderRole (AWS::IAM::Role) of stack amplify-shop-dev-1a2b3: "
		why    = name + "it has no permissions boundary; environment dev wants one of " + dev + " (SSM parameter /amplify-boundary/dev) and " + shop + " (SSM parameter /amplify-boundary/shop/dev)"
		remedy = "fix it with: amplify-boundary declare TEMPLATE"
	)
	want := Answer{
		HookStatus: Failed, ErrorCode: NonCompliant, ClientRequestToken: "token", Message: why + "; " + remedy,
		Annotations: []Annotation{{annotationName, "FAILED", why, remedy, "HIGH"}},
	}
	if diff := cmp.Diff(want, ask(t, settings(t, nil), usual(), roleEvent("amplify-shop-dev-1a2b3", without))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// Each message names the role, and says what was found, what is wanted, and what to do.
func TestMessages(t *testing.T) {
	const found = "OrderRole (AWS::IAM::Role) of stack any: its permissions boundary is "
	for name, test := range map[string]struct {
		variables map[string]string
		payload   string
		want      string
	}{
		"passes":        {nil, roleEvent("any", with(dev)), "OrderRole (AWS::IAM::Role) of stack any: it has " + dev},
		"keeps_its_own": {map[string]string{"EXISTING_BOUNDARY": "keep"}, roleEvent("any", with(other)), "OrderRole (AWS::IAM::Role) of stack any: it keeps its own boundary"},
		"has_none":      {map[string]string{"ENVIRONMENT": "sandbox"}, roleEvent("any", without), "OrderRole (AWS::IAM::Role) of stack any: environment sandbox has no boundary"},
		"not_checked":   {nil, event("DELETE_PRE_PROVISION", "AWS::IAM::Role", "any", without), "OrderRole (AWS::IAM::Role) of stack any: the guard checks only roles that are created or updated"},
		"another": {map[string]string{"ENVIRONMENT": "prod"}, roleEvent("any", with(other)),
			found + other + "; environment prod wants " + prod + " (SSM parameter /amplify-boundary/prod); fix it with: amplify-boundary declare TEMPLATE"},
		"not_an_ARN": {map[string]string{"ENVIRONMENT": "prod"}, roleEvent("any", with("hunter2")),
			found[:len(found)-len("is ")] + "is not the ARN of a policy of this account or of AWS; environment prod wants " + prod + " (SSM parameter /amplify-boundary/prod); fix it with: amplify-boundary declare TEMPLATE"},
		"none_by_a_name": {nil, roleEvent("amplify-shop-sandbox-1a2b3", without), "OrderRole (AWS::IAM::Role) of stack amplify-shop-sandbox-1a2b3: it has no permissions boundary; " +
			"environment sandbox has none, but only the setting ENVIRONMENT can prove the environment; fix it with: amplify-boundary declare TEMPLATE"},
		"of_AWS": {map[string]string{"PARAMETER_PREFIX": "/p", "ENVIRONMENT": "prod"}, roleEvent("StackSet-AWSControlTowerBP-1a2b", without),
			"OrderRole (AWS::IAM::Role) of stack StackSet-AWSControlTowerBP-1a2b: it has no permissions boundary; environment prod wants " + prod +
				" (SSM parameter /p/prod); AWS creates this role; leave it out with: amplify-boundary except add control-tower --preset control-tower --prefix /p"},
		"not_a_hook_event": {nil, `{"clientRequestToken": "token"}`, "the guard could not check the role: the event is not a hook event: it has no member awsAccountId"},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, ask(t, settings(t, test.variables), usual(), test.payload).Message); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// The region of the function decides the partition; where the command knows none, the stack's decides.
func TestJudge_region(t *testing.T) {
	const china = "arn:aws-cn:iam::" + account + ":policy/prod"
	for name, test := range map[string]struct {
		function, stack, boundary string
		passes                    bool
	}{
		"the_function's":             {"eu-west-1", "", prod, true},
		"the_function's_in_china":    {"cn-north-1", "", china, true},
		"the_function's_is_not_this": {"cn-north-1", "", prod, false},
		"the_stack's":                {"", "cn-north-1", china, true},
		"none":                       {"", "", prod, false},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := usual().List(t.Context(), "/amplify-boundary")
			if err != nil {
				t.Fatal(err)
			}
			e := Event{AccountID: account, Stack: "any", Region: test.stack, Boundary: test.boundary}
			got, err := settings(t, map[string]string{"ENVIRONMENT": "prod"}).judge(registry.NewSnapshot("/amplify-boundary", list), e.role(test.function), time.Now())
			if err != nil || got.passes != test.passes {
				t.Errorf("got %+v, %v, want passes %t", got, err, test.passes)
			}
		})
	}
}

// A role that an exception leaves out passes, and the annotation names the exception.
func TestExceptions(t *testing.T) {
	const tower = `{"roles": ["aws-controltower-*", "/glass/*"], "stacks": ["StackSet-AWSControlTower*"], "reason": "AWS creates them"`
	named := func(properties string) string { return `{"AssumeRolePolicyDocument": {}, ` + properties + `}` }
	for name, test := range map[string]struct {
		exception string
		payload   string
		passes    bool
	}{
		"role":                   {tower + "}", roleEvent("any", named(`"RoleName": "aws-controltower-Config"`)), true},
		"role_of_cloud_control":  {tower + "}", roleEvent("", named(`"RoleName": "aws-controltower-Config"`)), true},
		"role_with_a_boundary":   {tower + "}", roleEvent("any", named(`"RoleName": "aws-controltower-Config", "PermissionsBoundary": "`+other+`"`)), true},
		"path":                   {tower + "}", roleEvent("any", named(`"RoleName": "x", "Path": "/glass/"`)), true},
		"stack":                  {tower + "}", roleEvent("StackSet-AWSControlTowerBP-1a2b", without), true},
		"another_role":           {tower + "}", roleEvent("any", named(`"RoleName": "orders"`)), false},
		"another_stack":          {tower + "}", roleEvent("any", without), false},
		"its_account":            {tower + `, "accounts": ["` + account + `"]}`, roleEvent("any", named(`"RoleName": "aws-controltower-Config"`)), true},
		"another_account":        {tower + `, "accounts": ["210987654321"]}`, roleEvent("any", named(`"RoleName": "aws-controltower-Config"`)), false},
		"ended":                  {tower + `, "until": "2020-01-01"}`, roleEvent("any", named(`"RoleName": "aws-controltower-Config"`)), false},
		"malformed":              {`hunter2`, roleEvent("any", named(`"RoleName": "aws-controltower-Config"`)), false},
		"a_user_of_that_name":    {tower + "}", event("CREATE_PRE_PROVISION", "AWS::IAM::User", "any", named(`"RoleName": "aws-controltower-Config"`)), false},
		"a_name_that_is_a_list":  {tower + "}", roleEvent("any", named(`"RoleName": ["aws-controltower-Config"]`)), false},
		"a_name_in_another_case": {tower + "}", roleEvent("any", named(`"rolename": "aws-controltower-Config"`)), false},
	} {
		t.Run(name, func(t *testing.T) {
			h := usual()
			h["_except/control-tower"] = test.exception
			got := ask(t, settings(t, map[string]string{"BOUND_USERS": "true"}), h, test.payload)
			if (got.HookStatus == Success) != test.passes || strings.Contains(fmt.Sprint(got), "hunter2") {
				t.Errorf("got %+v", got)
			}
			if test.passes && !strings.HasSuffix(got.Annotations[0].Message, ": exception control-tower leaves it out: AWS creates them") {
				t.Errorf("got %q", got.Annotations[0].Message)
			}
		})
	}
}

// For a role that does not pass, the message and the log line name malformed exceptions, never what they hold.
func TestExceptions_malformed(t *testing.T) {
	h := usual()
	h["_except/control-tower"], h["_except/a\nb"] = "hunter2", "{}"
	var log bytes.Buffer
	response, err := NewHandler(settings(t, nil), h, nil, "eu-west-1", &log).Invoke(t.Context(), []byte(roleEvent("any", without)))
	if err != nil {
		t.Fatal(err)
	}
	const names = `"a\\nb\" and control-tower; fix it with: amplify-boundary declare TEMPLATE`
	if want := `; malformed exceptions, which except nothing: \` + names; !strings.Contains(string(response), want) {
		t.Errorf("got %s, want it to have %s", response, want)
	}
	if want := `"malformedExceptions":["\"a\\nb\"","control-tower"]`; !strings.Contains(log.String(), want) || strings.Contains(log.String(), "hunter2") {
		t.Errorf("log: got %s, want it to have %s", log.String(), want)
	}
}

// slow answers when the context ends.
type slow struct{}

func (slow) List(ctx context.Context, _ string) ([]registry.Parameter, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// The guard answers before its function's deadline, whatever the function's timeout is.
func TestDeadline(t *testing.T) {
	for _, timeout := range []time.Duration{40 * time.Millisecond, 400 * time.Millisecond, 2 * time.Second} {
		ctx, cancel := context.WithTimeout(t.Context(), timeout)
		defer cancel()
		response, err := NewHandler(settings(t, nil), slow{}, nil, "eu-west-1", io.Discard).Invoke(ctx, []byte(roleEvent("any", without)))
		if err != nil || ctx.Err() != nil || !strings.Contains(string(response), InternalFailure) {
			t.Errorf("timeout of %s: got %s, %v, %v", timeout, response, err, ctx.Err())
		}
	}
}

// A command that reads the registry names the guard's, which can be in another account and region.
func TestRemedy_names_the_registry(t *testing.T) {
	central := map[string]string{"PARAMETER_PREFIX": "/central", "PARAMETER_REGION": "eu-central-1", RegistryRole: "arn:aws:iam::210987654321:role/reader"}
	const where = " --prefix /central --region eu-central-1 --registry-role arn:aws:iam::210987654321:role/reader"
	if got, want := ask(t, settings(t, central), usual(), roleEvent("", without)).Annotations[0].Remediation, "set a boundary shown by: amplify-boundary env list"+where; got != want {
		t.Errorf("no environment: got %s, want %s", got, want)
	}
	central["ENVIRONMENT"] = "secret"
	got := ask(t, settings(t, central), usual(), roleEvent("", without)).Annotations[0]
	if want := "set the boundary shown by: amplify-boundary env show secret" + where; got.Remediation != want {
		t.Errorf("fixed environment: got %s, want %s", got.Remediation, want)
	}
	if want := "correct it with: amplify-boundary env update secret --prefix /central --region eu-central-1 (in account 210987654321)"; !strings.HasSuffix(got.Message, want) {
		t.Errorf("the fault: got %s, want it to end with %s", got.Message, want)
	}
	central["PARAMETER_PREFIX"] = "/" + strings.Repeat("p", 1000)
	if n := len([]rune(ask(t, settings(t, central), usual(), roleEvent("", without)).Message)); n > messageLimit {
		t.Errorf("the message has %d characters", n)
	}
}

func TestMessage_fits_Cloud_Control(t *testing.T) {
	h := hierarchy{}
	for i := range 50 {
		h[fmt.Sprintf("e%d", i)] = "arn:aws:iam::" + account + ":policy/" + strings.Repeat("p", 400) + "/" + fmt.Sprint(i)
	}
	got := ask(t, settings(t, nil), h, roleEvent("", without))
	if n := len([]rune(got.Message)); n > 1024 || !strings.HasSuffix(got.Message, ": amplify-boundary env list") {
		t.Errorf("got a message of %d characters that ends %q", n, got.Message[len(got.Message)-40:])
	}
}

func TestCase_of_members_does_not_matter(t *testing.T) {
	payload := strings.NewReplacer("clientRequestToken", "ClientRequestToken", "awsAccountId", "AWSAccountID", "stackId", "StackId",
		"targetName", "TargetName", "targetModel", "TargetModel", "resourceProperties", "ResourceProperties", "requestData", "RequestData",
		"actionInvocationPoint", "ActionInvocationPoint").Replace(roleEvent("amplify-shop-dev-1a2b3", with(dev)))
	if got := ask(t, settings(t, nil), usual(), payload); got.HookStatus != Success || got.ClientRequestToken != "token" {
		t.Errorf("got %+v", got)
	}
	payload = strings.Replace(payload, dev, prod, 1)
	if got := ask(t, settings(t, nil), usual(), payload); got.ErrorCode != NonCompliant {
		t.Errorf("got %+v", got)
	}
}

type unreadable struct{ err error }

func (u unreadable) List(context.Context, string) ([]registry.Parameter, error) { return nil, u.err }

type panicking struct{}

func (panicking) List(context.Context, string) ([]registry.Parameter, error) { panic("hunter2") }

func TestErrors_do_not_pass(t *testing.T) {
	for name, test := range map[string]struct {
		hierarchy Hierarchy
		payload   string
	}{
		"denied":               {unreadable{errors.New("access denied")}, roleEvent("any", with(dev))},
		"a_panic":              {panicking{}, roleEvent("any", with(dev))},
		"not_JSON":             {usual(), `{"clientRequestToken": `},
		"no_object":            {usual(), `[]`},
		"a_member_of_a_type":   {usual(), `{"clientRequestToken": "token", "requestData": "hunter2"}`},
		"no_account":           {usual(), `{"clientRequestToken": "token", "requestData": {"targetName": "AWS::IAM::Role"}, "actionInvocationPoint": "CREATE_PRE_PROVISION"}`},
		"no_type":              {usual(), `{"clientRequestToken": "token", "awsAccountId": "123456789012", "actionInvocationPoint": "CREATE_PRE_PROVISION"}`},
		"a_name_twice":         {usual(), strings.Replace(roleEvent("any", with(dev)), `"AssumeRolePolicyDocument": {}`, `"PermissionsBoundary": "x"`, 1)},
		"properties_no_object": {usual(), roleEvent("any", `"hunter2"`)},
	} {
		t.Run(name, func(t *testing.T) {
			got := ask(t, settings(t, nil), test.hierarchy, test.payload)
			if got.HookStatus != Failed || got.Message == "" || strings.Contains(fmt.Sprint(got), "hunter2") {
				t.Errorf("got %+v", got)
			}
		})
	}
}
