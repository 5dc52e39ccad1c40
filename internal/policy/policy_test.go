package policy_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/policy"
	"amplify-boundary/internal/registry"
)

const (
	dev      = "arn:aws:iam::123456789012:policy/boundaries/dev"
	prod     = "arn:aws:iam::210987654321:policy/boundaries/prod" // one that the pattern of prod matches
	other    = "arn:aws:iam::123456789012:policy/other"
	platform = "arn:aws:iam::123456789012:role/platform-deployer"
	anyone   = "arn:aws:iam::123456789012:role/anyone"

	emergency = "arn:aws:iam::123456789012:user/emergency"

	function = "arn:aws:lambda:eu-west-1:123456789012:function:amplify-boundary-AmplifyBoundaryFunction-1A2B"
	guard    = "arn:aws:lambda:eu-west-1:123456789012:function:amplify-boundary-GuardFunction-3C4D"
	stack    = "arn:aws:cloudformation:eu-west-1:123456789012:stack/amplify-boundary/4ac0ab90"
	rule     = "arn:aws:config:eu-west-1:123456789012:config-rule/config-rule-a1b2c3"

	functionRole = "arn:aws:iam::123456789012:role/amplify-boundary-AmplifyBoundaryRole-5E6F"
	role         = "arn:aws:iam::123456789012:role/order"
	value        = "arn:aws:ssm:eu-west-1:123456789012:parameter/amplify-boundary/dev"
)

func snapshot(values map[string]string) registry.Snapshot {
	var parameters []registry.Parameter
	for name, value := range values {
		parameters = append(parameters, registry.Parameter{Name: "/amplify-boundary/" + name, Value: value})
	}
	return registry.NewSnapshot("/amplify-boundary", parameters)
}

func usual() registry.Snapshot {
	return snapshot(map[string]string{
		"dev":      dev,
		"prod":     "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/boundaries/${Environment}",
		"sandbox":  "none",
		"shop/dev": "arn:aws:iam::aws:policy/PowerUserAccess",
		"secret":   "hunter2",
	})
}

func request(t *testing.T, environment string) policy.Request {
	t.Helper()
	set, err := policy.Boundaries(usual(), environment)
	if err != nil {
		t.Fatal(err)
	}
	return policy.Request{Set: set, Installation: policy.Installation{Prefix: "/amplify-boundary", Function: function, Guard: guard, Roles: []string{functionRole},
		Stack: stack, Bucket: "copies", ConfigRule: rule}}
}

func TestBoundaries(t *testing.T) {
	const managed, pattern = "arn:aws:iam::aws:policy/PowerUserAccess", "arn:*:iam::*:policy/boundaries/prod"
	for name, test := range map[string]struct {
		environment  string
		want         []string
		wantWarnings int
		hasNone      bool
	}{
		"all":             {"", []string{pattern, dev, managed}, 2, true},
		"one_environment": {"dev", []string{dev, managed}, 0, false},
		"a_placeholder":   {"prod", []string{pattern}, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := policy.Boundaries(usual(), test.environment)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got.Patterns); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if len(got.Warnings) != test.wantWarnings || strings.Contains(fmt.Sprint(got.Warnings), "hunter2") {
				t.Errorf("got warnings %q, want %d", got.Warnings, test.wantWarnings)
			}
			if got.HasNone != test.hasNone {
				t.Errorf("got HasNone %t", got.HasNone)
			}
		})
	}
	if got, err := policy.Boundaries(snapshot(map[string]string{"dev": dev, "secret": "hunter2"}), ""); err != nil || got.HasNone || len(got.Warnings) != 1 {
		t.Errorf("an entry that is malformed: got %+v, %v", got, err)
	}
	if _, err := policy.Boundaries(usual(), "sandbox"); !errors.Is(err, policy.ErrNone) {
		t.Errorf("an environment without a boundary: got %v", err)
	}
	if _, err := policy.Boundaries(usual(), "missing"); err == nil {
		t.Error("an environment that does not exist: got no error")
	}
	if _, err := policy.Boundaries(snapshot(nil), ""); !errors.Is(err, policy.ErrNoBoundaries) {
		t.Error("an empty registry: got no error")
	}
}

// call is a request to AWS.
type call struct{ principal, action, resource, boundary string }

// decide evaluates a policy as IAM does, as far as these policies need: an explicit deny takes precedence, and what no
// statement allows is denied.
func decide(t *testing.T, document []byte, c call) (allowed, denied bool) {
	t.Helper()
	return decideWith(t, document, c, map[string]string{"aws:PrincipalArn": c.principal, "iam:PermissionsBoundary": c.boundary})
}

// decideWith is [decide] with the values of condition keys; an empty one is missing.
func decideWith(t *testing.T, document []byte, c call, keys map[string]string) (allowed, denied bool) {
	t.Helper()
	var d policy.Document
	if err := json.Unmarshal(document, &d); err != nil {
		t.Fatal(err)
	}
	for _, s := range d.Statement {
		if !anyLike(s.Action, c.action) || !anyLike(s.Resource, c.resource) || !holds(t, s.Condition, keys) {
			continue
		}
		switch s.Effect {
		case "Allow":
			allowed = true
		case "Deny":
			denied = true
		default:
			t.Fatalf("effect %q", s.Effect)
		}
	}
	return allowed && !denied, denied
}

func holds(t *testing.T, condition policy.Condition, keys map[string]string) bool {
	t.Helper()
	for operator, tests := range condition {
		for key, patterns := range tests {
			value, known := keys[key]
			if !known {
				t.Fatalf("condition key %q", key)
			}
			like := value != "" && slices.ContainsFunc(patterns, func(pattern string) bool { return arnLike(pattern, value) })
			switch operator {
			case "ArnLike":
			case "StringEquals":
				like = slices.Contains(patterns, value)
			case "ArnNotLike": // holds where the key is missing
				like = !like
			default:
				t.Fatalf("operator %q", operator)
			}
			if !like {
				return false
			}
		}
	}
	return true
}

func anyLike(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return like(pattern, text) })
}

// like is IAM's comparison of actions and resources: an asterisk matches anything, and a question mark one character,
// unless they are policy variables.
func like(pattern, text string) bool {
	expression := strings.NewReplacer(`\$\{\*\}`, `\*`, `\$\{\?\}`, `\?`, `\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
	return regexp.MustCompile("^" + expression + "$").MatchString(text)
}

// arnLike compares each of the six parts of an ARN separately.
func arnLike(pattern, arn string) bool {
	patterns, parts := strings.SplitN(pattern, ":", 6), strings.SplitN(arn, ":", 6)
	if len(patterns) != 6 || len(parts) != 6 {
		return false
	}
	for i := range parts {
		if !like(patterns[i], parts[i]) {
			return false
		}
	}
	return true
}

// serviceControl returns a policy that leaves nothing out.
func serviceControl(t *testing.T, r policy.Request) []byte {
	t.Helper()
	document, leftOut, err := r.ServiceControl()
	if err != nil || len(leftOut) > 0 {
		t.Fatalf("got %v, left out %q", err, leftOut)
	}
	return document
}

func TestServiceControl(t *testing.T) {
	r := request(t, "")
	r.Except = []string{"arn:aws:iam::*:role/platform-*", "arn:aws:iam::*:user/emergency"}
	document := serviceControl(t, r)
	r.Users = true
	withUsers := serviceControl(t, r)
	for name, test := range map[string]struct {
		call
		denied, deniedWithUsers bool
	}{
		"create_without":                {call{anyone, "iam:CreateRole", role, ""}, true, true},
		"create_with_a_right_one":       {call{anyone, "iam:CreateRole", role, dev}, false, false},
		"create_with_a_resolved_one":    {call{anyone, "iam:CreateRole", role, prod}, false, false},
		"create_with_another":           {call{anyone, "iam:CreateRole", role, other}, true, true},
		"create_with_a_path_that_fits":  {call{anyone, "iam:CreateRole", role, "arn:aws:iam::123456789012:policy/x:policy/boundaries/prod"}, true, true},
		"put_a_right_one":               {call{anyone, "iam:PutRolePermissionsBoundary", role, dev}, false, false},
		"put_another":                   {call{anyone, "iam:PutRolePermissionsBoundary", role, other}, true, true},
		"remove":                        {call{anyone, "iam:DeleteRolePermissionsBoundary", role, dev}, true, true},
		"create_user_without":           {call{anyone, "iam:CreateUser", role, ""}, false, true},
		"remove_from_user":              {call{anyone, "iam:DeleteUserPermissionsBoundary", role, dev}, false, true},
		"service-linked_role":           {call{anyone, "iam:CreateServiceLinkedRole", role, ""}, false, false},
		"change_the_policy":             {call{anyone, "iam:CreatePolicyVersion", dev, ""}, true, true},
		"make_a_policy_that_fits":       {call{anyone, "iam:CreatePolicy", prod, ""}, true, true},
		"change_another_policy":         {call{anyone, "iam:CreatePolicyVersion", other, ""}, false, false},
		"change_a_value":                {call{anyone, "ssm:PutParameter", value, ""}, true, true},
		"read_a_value":                  {call{anyone, "ssm:GetParameters", value, ""}, false, false},
		"change_another_parameter":      {call{anyone, "ssm:PutParameter", "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/dev", ""}, false, false},
		"change_the_function":           {call{anyone, "lambda:UpdateFunctionConfiguration", function, ""}, true, true},
		"invoke_the_function":           {call{anyone, "lambda:InvokeFunction", function, ""}, false, false},
		"change_the_macro's_stack":      {call{anyone, "cloudformation:UpdateStack", stack, ""}, true, true},
		"change_another_stack":          {call{anyone, "cloudformation:UpdateStack", strings.Replace(stack, "amplify-boundary", "shop", 1), ""}, false, false},
		"role_manager":                  {call{anyone, "iam:PutAccountProperties", "*", ""}, true, true},
		"create_the_function":           {call{anyone, "lambda:CreateFunction", function, ""}, true, true},
		"create_another_function":       {call{anyone, "lambda:CreateFunction", strings.Replace(function, "amplify-boundary", "shop", 1), ""}, false, false},
		"change_the_function's_role":    {call{anyone, "iam:PutRolePolicy", functionRole, ""}, true, true},
		"change_another_role":           {call{anyone, "iam:PutRolePolicy", role, ""}, false, false},
		"change_the_guard":              {call{anyone, "lambda:UpdateFunctionCode", guard, ""}, true, true},
		"disable_the_hooks":             {call{anyone, "cloudformation:SetTypeConfiguration", "*", ""}, true, true},
		"deactivate_the_hooks":          {call{anyone, "cloudformation:DeactivateType", "*", ""}, true, true},
		"refactor_stacks":               {call{anyone, "cloudformation:CreateStackRefactor", "*", ""}, true, true},
		"change_the_bucket_policy":      {call{anyone, "s3:PutBucketPolicy", "arn:aws:s3:::copies", ""}, true, true},
		"change_another_bucket_policy":  {call{anyone, "s3:PutBucketPolicy", "arn:aws:s3:::other", ""}, false, false},
		"delete_the_Config_rule":        {call{anyone, "config:DeleteConfigRule", rule, ""}, true, true},
		"create_an_excepted_principal":  {call{anyone, "iam:CreateRole", platform, dev}, true, true},
		"change_an_excepted_principal":  {call{anyone, "iam:UpdateAssumeRolePolicy", platform, ""}, true, true},
		"bound_an_excepted_principal":   {call{anyone, "iam:PutRolePermissionsBoundary", platform, dev}, true, true},
		"create_an_excepted_user":       {call{anyone, "iam:CreateUser", emergency, dev}, true, true},
		"rename_to_an_excepted_user":    {call{anyone, "iam:UpdateUser", emergency, ""}, true, true},
		"use_an_excepted_user":          {call{anyone, "iam:CreateAccessKey", emergency, ""}, true, true},
		"log_in_as_an_excepted_user":    {call{anyone, "iam:CreateLoginProfile", emergency, ""}, true, true},
		"use_another_user":              {call{anyone, "iam:CreateAccessKey", emergency + "-2", ""}, false, false},
		"except/use_an_excepted_user":   {call{emergency, "iam:CreateAccessKey", emergency, ""}, false, false},
		"except/create_its_own_name":    {call{platform, "iam:CreateRole", platform, ""}, false, false},
		"except/disable_the_hooks":      {call{platform, "cloudformation:SetTypeConfiguration", "*", ""}, false, false},
		"except/create_without":         {call{platform, "iam:CreateRole", role, ""}, false, false},
		"except/remove":                 {call{platform, "iam:DeleteRolePermissionsBoundary", role, dev}, false, false},
		"except/change_a_value":         {call{platform, "ssm:PutParameter", value, ""}, false, false},
		"except/change_the_policy":      {call{platform, "iam:CreatePolicyVersion", dev, ""}, false, false},
		"except/role_manager":           {call{platform, "iam:PutAccountProperties", "*", ""}, false, false},
		"except/change_macro's_stack":   {call{platform, "cloudformation:DeleteStack", stack, ""}, false, false},
		"except/in_another_one's_name":  {call{"arn:aws:iam::123456789012:user/role/platform-x", "iam:CreateRole", role, ""}, true, true},
		"create_with_one_managed_by_us": {call{anyone, "iam:CreateRole", role, "arn:aws:iam::aws:policy/PowerUserAccess"}, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			if _, got := decide(t, document, test.call); got != test.denied {
				t.Errorf("got denied %t, want %t", got, test.denied)
			}
			if _, got := decide(t, withUsers, test.call); got != test.deniedWithUsers {
				t.Errorf("with users: got denied %t, want %t", got, test.deniedWithUsers)
			}
		})
	}
}

func TestDeployer(t *testing.T) {
	r := request(t, "")
	document, err := r.Deployer()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		call
		allowed bool
	}{
		"invoke":           {call{anyone, "lambda:InvokeFunction", function, ""}, true},
		"invoke_another":   {call{anyone, "lambda:InvokeFunction", strings.Replace(function, "amplify-boundary", "shop", 1), ""}, false},
		"put_a_right_one":  {call{anyone, "iam:PutRolePermissionsBoundary", role, dev}, true},
		"put_another":      {call{anyone, "iam:PutRolePermissionsBoundary", role, other}, false},
		"remove":           {call{anyone, "iam:DeleteRolePermissionsBoundary", role, dev}, true},
		"remove_another":   {call{anyone, "iam:DeleteRolePermissionsBoundary", role, other}, false},
		"read_a_copy":      {call{anyone, "s3:GetObject", "arn:aws:s3:::copies/1a2b.json", ""}, true},
		"write_a_copy":     {call{anyone, "s3:PutObject", "arn:aws:s3:::copies/1a2b.json", ""}, false},
		"create_a_role":    {call{anyone, "iam:CreateRole", role, dev}, false},
		"change_a_user":    {call{anyone, "iam:PutUserPermissionsBoundary", "arn:aws:iam::123456789012:user/u", dev}, false},
		"change_a_value":   {call{anyone, "ssm:PutParameter", value, ""}, false},
		"change_the_macro": {call{anyone, "lambda:UpdateFunctionCode", function, ""}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _ := decide(t, document, test.call); got != test.allowed {
				t.Errorf("got allowed %t, want %t", got, test.allowed)
			}
		})
	}
	r.HasNone, r.Installation.Bucket = false, ""
	document, err = r.Deployer()
	if allowed, _ := decide(t, document, call{anyone, "iam:DeleteRolePermissionsBoundary", role, dev}); allowed {
		t.Error("a boundary can be removed though every environment has one")
	}
	if err != nil || strings.Contains(string(document), "s3:") {
		t.Errorf("without a bucket: got %s, %v", document, err)
	}
}

func TestBoundary(t *testing.T) {
	document, err := request(t, "prod").Boundary()
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		call
		allowed bool
	}{
		"anything_else":         {call{anyone, "dynamodb:Scan", "arn:aws:dynamodb:eu-west-1:1:table/users", ""}, true},
		"create_with_it":        {call{anyone, "iam:CreateRole", role, prod}, true},
		"create_without":        {call{anyone, "iam:CreateRole", role, ""}, false},
		"create_with_another":   {call{anyone, "iam:CreateRole", role, dev}, false},
		"create_user_without":   {call{anyone, "iam:CreateUser", role, ""}, false},
		"create_user_with_it":   {call{anyone, "iam:CreateUser", role, prod}, true},
		"remove":                {call{anyone, "iam:DeleteRolePermissionsBoundary", role, prod}, false},
		"remove_from_user":      {call{anyone, "iam:DeleteUserPermissionsBoundary", role, prod}, false},
		"change_itself":         {call{anyone, "iam:CreatePolicyVersion", prod, ""}, false},
		"delete_itself":         {call{anyone, "iam:DeletePolicy", prod, ""}, false},
		"change_another_policy": {call{anyone, "iam:CreatePolicyVersion", other, ""}, true},
		"change_the_registry":   {call{anyone, "ssm:PutParameter", value, ""}, false},
		"role_manager":          {call{anyone, "iam:PutAccountProperties", "*", ""}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _ := decide(t, document, test.call); got != test.allowed {
				t.Errorf("got allowed %t, want %t", got, test.allowed)
			}
		})
	}
}

// A policy of exactly the size that AWS accepts is printed, and one of a character more is not.
func TestSize(t *testing.T) {
	for name, test := range map[string]struct {
		limit int
		make  func(policy.Request) ([]byte, error)
	}{
		"scp": {5120, func(r policy.Request) ([]byte, error) {
			document, _, err := r.ServiceControl()
			return document, err
		}},
		"deployer": {6144, policy.Request.Deployer},
		"boundary": {6144, policy.Request.Boundary},
	} {
		t.Run(name, func(t *testing.T) {
			r := policy.Request{Set: policy.Set{Patterns: []string{"arn:aws:iam::aws:policy/"}}, Installation: policy.Installation{Prefix: "/p"}}
			var got *policy.SizeError
			for err := error(nil); !errors.As(err, &got); {
				r.Patterns[0] += "x" // appears once in each policy
				var document []byte
				document, err = test.make(r)
				switch {
				case errors.As(err, &got) && (document != nil || *got != policy.SizeError{Size: test.limit + 1, Limit: test.limit}):
					t.Errorf("got %s, %v", document, err)
				case err == nil && len(document) > test.limit:
					t.Fatalf("got %d characters", len(document))
				}
			}
		})
	}
}

// What does not fit is left out and named, the least important first. The policy never exceeds the limit.
func TestServiceControl_left_out(t *testing.T) {
	all := []string{"the roles of the installation", "the guard's function", "the configuration of hooks", "stack refactoring",
		"the bucket policy for copies of templates", "the Config rule", "the principals of --except"}
	seen := make(map[int]bool)
	r := request(t, "")
	r.Except = []string{"arn:aws:iam::*:role/platform-*"}
	for range 400 {
		r.Patterns[0] += "xxxxxxxxxx"
		document, leftOut, err := r.ServiceControl()
		if errors.As(err, new(*policy.SizeError)) {
			break
		}
		if err != nil || len(document) > 5120 {
			t.Fatalf("got %d characters, %v", len(document), err)
		}
		seen[len(leftOut)] = true
		for _, name := range leftOut {
			if !slices.Contains(all, name) {
				t.Errorf("%q is left out", name)
			}
		}
		if _, denied := decide(t, document, call{anyone, "iam:CreateRole", role, ""}); !denied {
			t.Fatal("a role without a boundary can be created")
		}
	}
	if !seen[0] || !seen[len(all)] {
		t.Errorf("got %v parts left out, want none to all", seen)
	}
}

// A policy that is printed again can be compared with the one in force.
func TestSame_bytes_each_time(t *testing.T) {
	r := request(t, "")
	r.Except = []string{"arn:aws:iam::*:role/platform-*"}
	first := serviceControl(t, r)
	for range 64 {
		if diff := cmp.Diff(string(first), string(serviceControl(t, r))); diff != "" {
			t.Fatalf("-first +later:\n%s", diff)
		}
	}
}

// What an asterisk, a question mark, or an apostrophe in a policy's path matches: itself.
func TestCharacters_in_a_path(t *testing.T) {
	for _, path := range []string{"a*b", "a?b", "it's", `a"b`, `a\b`, "a/b", "$", "a|b[c]"} {
		value := "arn:aws:iam::123456789012:policy/" + path + "/dev"
		set, err := policy.Boundaries(snapshot(map[string]string{"dev": value}), "")
		if path == "$" {
			if err == nil || !strings.Contains(fmt.Sprint(set, err), "no boundary") {
				t.Errorf("%s: got %v, %v", path, set, err)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		r := policy.Request{Set: set, Installation: policy.Installation{Prefix: "/p"}}
		wider := "arn:aws:iam::123456789012:policy/aXb/dev"
		scp := serviceControl(t, r)
		deployer, err := r.Deployer()
		if err != nil {
			t.Fatal(err)
		}
		if _, denied := decide(t, scp, call{anyone, "iam:CreateRole", role, value}); denied {
			t.Errorf("%s: the service control policy denies the boundary", path)
		}
		if _, denied := decide(t, scp, call{anyone, "iam:CreateRole", role, wider}); !denied {
			t.Errorf("%s: the service control policy accepts %s", path, wider)
		}
		if allowed, _ := decide(t, deployer, call{anyone, "iam:PutRolePermissionsBoundary", role, wider}); allowed {
			t.Errorf("%s: the deployer can put %s", path, wider)
		}
		if accepts := guardAccepts(t, r.GuardRules(), value); !accepts {
			t.Errorf("%s: the rules refuse the boundary:\n%s", path, r.GuardRules())
		}
		if accepts := guardAccepts(t, r.GuardRules(), wider); accepts {
			t.Errorf("%s: the rules accept %s:\n%s", path, wider, r.GuardRules())
		}
	}
}

// guardAccepts evaluates the list of values in rules as cfn-guard does: strings in apostrophes, and regular expressions
// between slashes.
func guardAccepts(t *testing.T, rules, arn string) bool {
	t.Helper()
	for line := range strings.Lines(rules) {
		line = strings.TrimSuffix(strings.TrimSpace(line), ",")
		if text, isString := strings.CutPrefix(line, "'"); isString {
			text, closed := strings.CutSuffix(text, "'")
			if !closed || strings.ContainsAny(text, `'\`) {
				t.Fatalf("not a string: %s", line)
			}
			if text == arn {
				return true
			}
		}
		if text, isExpression := strings.CutPrefix(line, "/"); isExpression {
			text, closed := strings.CutSuffix(text, "/")
			if !closed || strings.Contains(strings.ReplaceAll(text, `\/`, ""), "/") {
				t.Fatalf("not an expression: %s", line)
			}
			if regexp.MustCompile(strings.ReplaceAll(text, `\/`, "/")).MatchString(arn) {
				return true
			}
		}
	}
	return false
}

// Sids may hold letters and digits only, and no statement has two of one.
func TestSids(t *testing.T) {
	scp := func() ([]byte, error) { return serviceControl(t, request(t, "")), nil }
	for name, make := range map[string]func() ([]byte, error){"scp": scp, "deployer": request(t, "").Deployer, "boundary": request(t, "").Boundary} {
		document, err := make()
		if err != nil {
			t.Fatal(err)
		}
		var d policy.Document
		if err := json.Unmarshal(document, &d); err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, s := range d.Statement {
			if !regexp.MustCompile(`^[A-Za-z0-9]+$`).MatchString(s.Sid) || seen[s.Sid] || len(s.Action) == 0 || len(s.Resource) == 0 {
				t.Errorf("%s: statement %+v", name, s)
			}
			seen[s.Sid] = true
		}
	}
}

func TestGuardRules(t *testing.T) {
	const body = `let %[1]s = Resources.*[ Type == '%[2]s' ]

rule %[1]s_carry_a_boundary when %%%[1]s !empty {
  %%%[1]s.Properties.PermissionsBoundary in [
    'arn:aws:iam::123456789012:policy/boundaries/dev',
    /^arn:[^:]*:iam::[^:]*:policy\/boundaries\/prod\.x$/
  ]
  <<
    its permissions boundary is not one of the registry's
    declare AmplifyBoundary as the template's last transform
  >>
}
`
	r := policy.Request{Set: policy.Set{Patterns: []string{dev, "arn:*:iam::*:policy/boundaries/prod.x"}}}
	roles, users := fmt.Sprintf(body, "roles", "AWS::IAM::Role"), fmt.Sprintf(body, "users", "AWS::IAM::User")
	if diff := cmp.Diff(roles, r.GuardRules()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	r.Users = true
	if diff := cmp.Diff(roles+"\n"+users, r.GuardRules()); diff != "" {
		t.Errorf("with users (-want +got):\n%s", diff)
	}
}

// cfn-guard itself runs the rules if CFN_GUARD names its program, as in make clients.
func TestGuardRules_by_cfn_guard(t *testing.T) {
	program := os.Getenv("CFN_GUARD")
	if program == "" {
		t.Skip("CFN_GUARD does not name cfn-guard; make clients has one")
	}
	r := request(t, "")
	r.Users = true
	rules := filepath.Join(t.TempDir(), "boundaries.guard")
	if err := os.WriteFile(rules, []byte(r.GuardRules()), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		resources string
		passes    bool
	}{
		"no_roles":             {`{"Q": {"Type": "AWS::SQS::Queue"}}`, true},
		"a_right_boundary":     {`{"R": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": "` + dev + `"}}}`, true},
		"a_resolved_one":       {`{"R": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": "` + prod + `"}}}`, true},
		"another":              {`{"R": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": "` + other + `"}}}`, false},
		"none":                 {`{"R": {"Type": "AWS::IAM::Role", "Properties": {}}}`, false},
		"no_properties":        {`{"R": {"Type": "AWS::IAM::Role"}}`, false},
		"one_of_two":           {`{"A": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": "` + dev + `"}}, "B": {"Type": "AWS::IAM::Role", "Properties": {}}}`, false},
		"a_path_that_fits":     {`{"R": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": "arn:aws:iam::1:policy/x:policy/boundaries/prod"}}}`, false},
		"a_user_without":       {`{"U": {"Type": "AWS::IAM::User", "Properties": {}}}`, false},
		"a_function_in_place":  {`{"R": {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Ref": "B"}}}}`, false},
		"a_user_with_the_same": {`{"U": {"Type": "AWS::IAM::User", "Properties": {"PermissionsBoundary": "` + dev + `"}}}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "template.json")
			if err := os.WriteFile(file, []byte(`{"Resources": `+test.resources+`}`), 0o600); err != nil {
				t.Fatal(err)
			}
			output, err := exec.Command(program, "validate", "--rules", rules, "--data", file).CombinedOutput()
			if (err == nil) != test.passes {
				t.Errorf("got %v, want passes %t:\n%s", err, test.passes, output)
			}
		})
	}
}
