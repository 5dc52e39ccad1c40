package policy_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"amplify-boundary/internal/exception"
	"amplify-boundary/internal/policy"
)

const (
	member     = "210987654321"
	tower      = "arn:aws:iam::" + member + ":role/AWSControlTowerExecution"
	stackSets  = "arn:aws:iam::123456789012:role/stacksets-exec-0123456789abcdef"
	towerRole  = "arn:aws:iam::123456789012:role/aws-controltower-ConfigRecorderRole"
	glassRole  = "arn:aws:iam::123456789012:role/emergency/break-glass"
	towerStack = "arn:aws:cloudformation:eu-west-1:123456789012:stack/StackSet-AWSControlTowerBP-x/1"
)

func exceptions() []exception.Exception {
	return []exception.Exception{
		{Name: "control-tower", Roles: []string{"aws-controltower-*", "AWSControlTowerExecution", "stacksets-exec-*"}, Stacks: []string{"StackSet-AWSControlTower*"},
			Principals: []string{"arn:*:iam::*:role/AWSControlTowerExecution", "arn:*:iam::*:role/stacksets-exec-*"}},
		{Name: "break-glass", Roles: []string{"/emergency/*"}, Accounts: []string{"123456789012"}},
		{Name: "pipeline", Stacks: []string{"pipeline"}, Accounts: []string{member}, Principals: []string{"arn:aws:iam::*:role/pipeline", "arn:aws:iam::123456789012:role/other-pipeline"}},
	}
}

// An exception's principals are left alone, in its accounts, and nobody else can use its names.
func TestServiceControl_exceptions(t *testing.T) {
	r := request(t, "")
	r.Except, r.Exceptions = []string{"arn:aws:iam::*:role/platform-*"}, exceptions()
	r.Installation = policy.Installation{Prefix: "/amplify-boundary", Function: function, Stack: stack}
	document := serviceControl(t, r)
	pipeline := "arn:aws:iam::" + member + ":role/pipeline"
	for name, test := range map[string]struct {
		call
		denied bool
	}{
		"excepted/create_a_reserved_role":         {call{tower, "iam:CreateRole", towerRole, ""}, false},
		"excepted/create_another_role":            {call{stackSets, "iam:CreateRole", role, ""}, false},
		"excepted/remove_a_boundary":              {call{tower, "iam:DeleteRolePermissionsBoundary", towerRole, dev}, false},
		"excepted/attach_a_policy":                {call{tower, "iam:AttachRolePolicy", towerRole, ""}, false},
		"excepted/create_a_reserved_stack":        {call{stackSets, "cloudformation:CreateStack", towerStack, ""}, false},
		"excepted/a_role_of_another_exception":    {call{tower, "iam:CreateRole", glassRole, ""}, true},
		"other/create_a_reserved_role":            {call{anyone, "iam:CreateRole", towerRole, ""}, true},
		"other/create_one_with_a_boundary":        {call{anyone, "iam:CreateRole", towerRole, dev}, true},
		"other/create_one_below_a_path":           {call{anyone, "iam:CreateRole", strings.Replace(towerRole, "role/", "role/some/path/", 1), dev}, true},
		"other/create_the_principal":              {call{anyone, "iam:CreateRole", tower, dev}, true},
		"other/attach_a_policy":                   {call{anyone, "iam:AttachRolePolicy", towerRole, ""}, true},
		"other/put_a_policy":                      {call{anyone, "iam:PutRolePolicy", towerRole, ""}, true},
		"other/change_who_can_assume_it":          {call{anyone, "iam:UpdateAssumeRolePolicy", towerRole, ""}, true},
		"other/create_a_reserved_stack":           {call{anyone, "cloudformation:CreateStack", towerStack, ""}, true},
		"other/create_a_change_set":               {call{anyone, "cloudformation:CreateChangeSet", towerStack, ""}, true},
		"other/create_another_stack":              {call{anyone, "cloudformation:CreateStack", strings.Replace(towerStack, "StackSet-AWS", "StackSet-aws", 1), ""}, false},
		"other/create_another_role":               {call{anyone, "iam:CreateRole", role, dev}, false},
		"other/a_name_that_only_ends_like_it":     {call{anyone, "iam:CreateRole", strings.Replace(towerRole, "role/", "role/my-", 1), dev}, false},
		"platform/create_a_reserved_role":         {call{platform, "iam:CreateRole", towerRole, ""}, false},
		"without_principals/platform":             {call{platform, "iam:CreateRole", glassRole, ""}, false},
		"without_principals/other":                {call{anyone, "iam:CreateRole", glassRole, dev}, true},
		"without_principals/another_account":      {call{anyone, "iam:CreateRole", strings.Replace(glassRole, "123456789012", member, 1), dev}, false},
		"some_accounts/its_principal":             {call{pipeline, "iam:CreateRole", role, ""}, false},
		"some_accounts/of_another_account":        {call{strings.Replace(pipeline, member, "123456789012", 1), "iam:CreateRole", role, ""}, true},
		"some_accounts/not_one_of_its_principals": {call{"arn:aws:iam::123456789012:role/other-pipeline", "iam:CreateRole", role, ""}, true},
		"some_accounts/other_in_the_account":      {call{anyone, "cloudformation:CreateStack", "arn:aws:cloudformation:eu-west-1:" + member + ":stack/pipeline/1", ""}, true},
		"some_accounts/other_elsewhere":           {call{anyone, "cloudformation:CreateStack", "arn:aws:cloudformation:eu-west-1:123456789012:stack/pipeline/1", ""}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if _, got := decide(t, document, test.call); got != test.denied {
				t.Errorf("got denied %t, want %t:\n%s", got, test.denied, document)
			}
		})
	}
}

// Without any principal, nobody can use the names.
func TestServiceControl_nobody(t *testing.T) {
	r := request(t, "")
	r.Exceptions = exceptions()[1:2]
	document := serviceControl(t, r)
	if _, denied := decide(t, document, call{platform, "iam:CreateRole", glassRole, dev}); !denied {
		t.Error("somebody can create a role of an exception without principals")
	}
	_, reserved, found := strings.Cut(string(document), `"Sid":"ReserveNames"`)
	if !found || strings.Contains(reserved, "cloudformation:") { // it is the last statement
		t.Errorf("an exception without stacks takes room for them: %s", reserved)
	}
}

// An exception that does not fit is left out as a whole, and named: its principals are not left alone either.
func TestServiceControl_exception_left_out(t *testing.T) {
	r := request(t, "")
	large := exception.Exception{Name: "large", Roles: []string{"small"}, Principals: []string{"arn:aws:iam::*:role/large"}}
	for i := range 200 {
		large.Roles = append(large.Roles, fmt.Sprintf("role-number-%d-of-many", i))
	}
	r.Exceptions = append(exceptions()[:1], large)
	document, leftOut, err := r.ServiceControl()
	if err != nil || !slices.Contains(leftOut, "exception large") || slices.Contains(leftOut, "exception control-tower") {
		t.Fatalf("got %v, left out %q", err, leftOut)
	}
	if _, denied := decide(t, document, call{"arn:aws:iam::123456789012:role/large", "iam:CreateRole", role, ""}); !denied {
		t.Error("the principal of the exception that was left out is left alone")
	}
	if _, denied := decide(t, document, call{tower, "iam:CreateRole", towerRole, ""}); denied {
		t.Error("the principal of the exception that fits is not left alone")
	}
}
