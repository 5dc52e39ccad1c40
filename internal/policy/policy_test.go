package policy_test

import (
	"bytes"
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

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/policy"
	"amplify-boundary/internal/registry"
)

const (
	dev      = "arn:aws:iam::123456789012:policy/boundaries/dev"
	prod     = "arn:aws:iam::210987654321:policy/boundaries/prod" // one that the pattern of prod matches
	other    = "arn:aws:iam::123456789012:policy/other"
	platform = "arn:aws:iam::123456789012:role/platform-deployer"
	anyone   = "arn:aws:iam::123456789012:role/anyone"
	function = "arn:aws:lambda:eu-west-1:123456789012:function:amplify-boundary-AmplifyBoundaryFunction-1A2B"
	stack    = "arn:aws:cloudformation:eu-west-1:123456789012:stack/amplify-boundary/4ac0ab90"
	role     = "arn:aws:iam::123456789012:role/order"
	value    = "arn:aws:ssm:eu-west-1:123456789012:parameter/amplify-boundary/dev"
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
	patterns, _, err := policy.Boundaries(usual(), environment, boundary.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	return policy.Request{Boundaries: patterns, Installation: policy.Installation{Prefix: "/amplify-boundary", Function: function, Stack: stack, Bucket: "copies"}}
}

func TestBoundaries(t *testing.T) {
	const managed, pattern = "arn:aws:iam::aws:policy/PowerUserAccess", "arn:*:iam::*:policy/boundaries/prod"
	for name, test := range map[string]struct {
		environment  string
		want         []string
		wantWarnings int
	}{
		"all":             {"", []string{pattern, dev, managed}, 2},
		"one_environment": {"dev", []string{dev, managed}, 0},
		"a_placeholder":   {"prod", []string{pattern}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			got, warnings, err := policy.Boundaries(usual(), test.environment, boundary.Scope{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if len(warnings) != test.wantWarnings || strings.Contains(fmt.Sprint(warnings), "hunter2") {
				t.Errorf("got warnings %q, want %d", warnings, test.wantWarnings)
			}
		})
	}
	if _, _, err := policy.Boundaries(usual(), "sandbox", boundary.Scope{}); !errors.Is(err, policy.ErrNone) {
		t.Errorf("an environment without a boundary: got %v", err)
	}
	if _, _, err := policy.Boundaries(usual(), "missing", boundary.Scope{}); err == nil {
		t.Error("an environment that does not exist: got no error")
	}
	if _, _, err := policy.Boundaries(snapshot(nil), "", boundary.Scope{}); err == nil {
		t.Error("an empty registry: got no error")
	}
}

// call is a request to AWS.
type call struct{ principal, action, resource, boundary string }

// decide evaluates a policy as IAM does, as far as these policies need: an explicit deny takes precedence, and what no
// statement allows is denied.
func decide(t *testing.T, document []byte, c call) (allowed, denied bool) {
	t.Helper()
	var d policy.Document
	if err := json.Unmarshal(document, &d); err != nil {
		t.Fatal(err)
	}
	keys := map[string]string{"aws:PrincipalArn": c.principal, "iam:PermissionsBoundary": c.boundary}
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

// like is IAM's comparison of actions and resources: an asterisk matches anything.
func like(pattern, text string) bool {
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$").MatchString(text)
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

func TestServiceControl(t *testing.T) {
	r := request(t, "")
	r.Except = []string{"arn:aws:iam::*:role/platform-*"}
	document, err := r.ServiceControl()
	if err != nil {
		t.Fatal(err)
	}
	r.Users = true
	withUsers, err := r.ServiceControl()
	if err != nil {
		t.Fatal(err)
	}
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
	r.Installation.Bucket = ""
	document, err = r.Deployer()
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
	} {
		t.Run(name, func(t *testing.T) {
			if got, _ := decide(t, document, test.call); got != test.allowed {
				t.Errorf("got allowed %t, want %t", got, test.allowed)
			}
		})
	}
}

// A policy of exactly the size that AWS accepts is printed, and one of a character more is not. It is compact if only
// that fits.
func TestSize(t *testing.T) {
	for name, test := range map[string]struct {
		limit int
		make  func(policy.Request) ([]byte, error)
	}{
		"scp":      {5120, policy.Request.ServiceControl},
		"deployer": {6144, policy.Request.Deployer},
		"boundary": {6144, policy.Request.Boundary},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(t, "")
			r.Boundaries = []string{"arn:aws:iam::aws:policy/a"} // appears once in each policy
			if name == "deployer" {
				r.Installation.Bucket = ""
			}
			small, err := test.make(r)
			if err != nil || !strings.Contains(string(small), "\n") {
				t.Fatalf("got %s, %v, want an indented policy", small, err)
			}
			r.Boundaries[0] += strings.Repeat("x", test.limit-len(compacted(t, small)))
			document, err := test.make(r)
			if err != nil || len(document) != test.limit || strings.Contains(string(document), "\n") {
				t.Errorf("at the limit: got %d characters, %v", len(document), err)
			}
			r.Boundaries[0] += "x"
			var got *policy.SizeError
			if document, err := test.make(r); document != nil || !errors.As(err, &got) || *got != (policy.SizeError{Size: test.limit + 1, Limit: test.limit}) {
				t.Errorf("above the limit: got %s, %v", document, err)
			}
		})
	}
}

func compacted(t *testing.T, document []byte) []byte {
	t.Helper()
	var text bytes.Buffer
	if err := json.Compact(&text, document); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

// A policy that is printed again can be compared with the one in force: as text, indented or compact.
func TestSame_bytes_each_time(t *testing.T) {
	indented := request(t, "")
	indented.Except = []string{"arn:aws:iam::*:role/platform-*"}
	compact := indented
	compact.Boundaries = slices.Clone(indented.Boundaries)
	for i := range 20 {
		compact.Boundaries = append(compact.Boundaries, fmt.Sprintf("arn:aws:iam::123456789012:policy/boundaries/environment-%d", i))
	}
	for name, r := range map[string]policy.Request{"indented": indented, "compact": compact} {
		var first []byte
		for range 64 {
			document, err := r.ServiceControl()
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = document
			}
			if diff := cmp.Diff(string(first), string(document)); diff != "" {
				t.Fatalf("%s: -first +later:\n%s", name, diff)
			}
		}
		if strings.Contains(string(first), "\n") != (name == "indented") {
			t.Errorf("%s: got %s", name, first)
		}
	}
}

// Sids may hold letters and digits only, and no statement has two of one.
func TestSids(t *testing.T) {
	for name, make := range map[string]func() ([]byte, error){"scp": request(t, "").ServiceControl, "deployer": request(t, "").Deployer, "boundary": request(t, "").Boundary} {
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
	r := policy.Request{Boundaries: []string{dev, "arn:*:iam::*:policy/boundaries/prod.x"}}
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
