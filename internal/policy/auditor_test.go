package policy_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"amplify-boundary/internal/policy"
)

const (
	auditor        = "arn:aws:iam::123456789012:role/auditor"
	organisationID = "o-a1b2c3d4e5"
)

// oneOrMore is a string or a list of strings.
type oneOrMore []string

func (o *oneOrMore) UnmarshalYAML(node *yaml.Node) error {
	if node.Kind == yaml.SequenceNode {
		return node.Decode((*[]string)(o))
	}
	*o = oneOrMore{strings.ReplaceAll(node.Value, "${AWS::Partition}", "aws")}
	return nil
}

// memberStatement is a statement of a policy in member.template.yaml.
type memberStatement struct {
	Sid       string                       `yaml:"Sid"`
	Effect    string                       `yaml:"Effect"`
	Principal map[string]string            `yaml:"Principal"`
	Action    oneOrMore                    `yaml:"Action"`
	Resource  oneOrMore                    `yaml:"Resource"`
	Condition map[string]map[string]string `yaml:"Condition"`
}

// memberDocument is a policy in member.template.yaml.
type memberDocument struct {
	Statement []memberStatement `yaml:"Statement"`
}

// document returns the policy of a stack of the template for a principal, with the values of its parameters.
func (m memberDocument) document(t *testing.T, principal string) []byte {
	t.Helper()
	values := map[string]string{"AuditorArn": auditor, "OrganizationId": organisationID}
	d := policy.Document{Version: "2012-10-17"}
	for _, s := range m.Statement {
		if s.Principal != nil && values[s.Principal["AWS"]] != principal {
			continue
		}
		condition := make(policy.Condition)
		for operator, keys := range s.Condition {
			condition[operator] = make(map[string][]string)
			for key, parameter := range keys {
				condition[operator][key] = []string{values[parameter]}
			}
		}
		resource := s.Resource
		if s.Principal != nil {
			resource = oneOrMore{"*"} // a trust policy has none
		}
		d.Statement = append(d.Statement, policy.Statement{Sid: s.Sid, Effect: s.Effect, Action: s.Action, Resource: resource, Condition: condition})
	}
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// auditRole returns who can assume the role of member.template.yaml, and what it can do.
func auditRole(t *testing.T) (trust, permissions memberDocument) {
	t.Helper()
	text, err := os.ReadFile("../../member.template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Parameters struct {
			AuditRoleName struct {
				Default string `yaml:"Default"`
			} `yaml:"AuditRoleName"`
		} `yaml:"Parameters"`
		Resources struct {
			AuditRole struct {
				Properties struct {
					AssumeRolePolicyDocument memberDocument `yaml:"AssumeRolePolicyDocument"`
					ManagedPolicyArns        []string       `yaml:"ManagedPolicyArns"`
					Policies                 []struct {
						PolicyDocument memberDocument `yaml:"PolicyDocument"`
					} `yaml:"Policies"`
				} `yaml:"Properties"`
			} `yaml:"AuditRole"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	role := template.Resources.AuditRole.Properties
	if template.Parameters.AuditRoleName.Default != policy.AuditRole || len(role.Policies) != 1 || role.ManagedPolicyArns != nil {
		t.Fatalf("got a role %s with %d policies, and %v", template.Parameters.AuditRoleName.Default, len(role.Policies), role.ManagedPolicyArns)
	}
	return role.AssumeRolePolicyDocument, role.Policies[0].PolicyDocument
}

// In a member, the role allows what an auditor reads there, and nothing else. The auditor reads the registry, and the accounts
// of the organisation, with its own permissions.
func TestAuditor_in_a_member(t *testing.T) {
	text, err := policy.Auditor("/amplify-boundary")
	if err != nil {
		t.Fatal(err)
	}
	var own policy.Document
	if err := json.Unmarshal(text, &own); err != nil {
		t.Fatal(err)
	}
	_, permissions := auditRole(t)
	document := permissions.document(t, "")
	needed := make(map[string]bool) // whether a member needs the action
	for _, s := range own.Statement {
		for _, action := range s.Action {
			needed[action] = s.Sid == "ReadRolesAndTheirUse" || s.Sid == "ReadStacks"
		}
	}
	if len(needed) < 15 {
		t.Fatalf("got %v", needed)
	}
	for action, want := range needed {
		if got, _ := decide(t, document, call{auditor, action, role, ""}); got != want {
			t.Errorf("%s: allowed: %t, want %t", action, got, want)
		}
	}
	for _, s := range permissions.Statement {
		for _, action := range s.Action {
			if _, isKnown := needed[action]; !isKnown {
				t.Errorf("%s allows %s, which no command of an auditor calls", s.Sid, action)
			}
		}
	}
	for action, resource := range map[string]string{
		"iam:PutRolePolicy": role, "iam:AttachRolePolicy": role, "iam:DeleteRolePermissionsBoundary": role, "iam:PutRolePermissionsBoundary": role,
		"iam:UpdateAssumeRolePolicy": role, "iam:CreateAccessKey": "arn:aws:iam::123456789012:user/x", "iam:PassRole": role, "sts:AssumeRole": role,
		"ssm:PutParameter": value, "ssm:GetParameter": value, "ssm:GetParametersByPath": value, "s3:GetObject": "arn:aws:s3:::copies/x",
		"cloudformation:CreateChangeSet": stack, "cloudformation:DeleteStack": stack, "lambda:InvokeFunction": function, "lambda:GetFunction": function,
		"kms:Decrypt": "arn:aws:kms:eu-west-1:123456789012:key/x", "organizations:ListAccounts": "*",
	} {
		if allowed, _ := decide(t, document, call{auditor, action, resource, ""}); allowed {
			t.Errorf("%s on %s is allowed", action, resource)
		}
	}
	const regions = "arn:aws:ssm:eu-west-1::parameter/aws/service/global-infrastructure/services/cloudformation/regions"
	if allowed, _ := decide(t, document, call{auditor, "ssm:GetParametersByPath", regions, ""}); !allowed {
		t.Error("the list of regions cannot be read")
	}
}

// Only the auditor can assume the role, and only while it belongs to the organisation.
func TestAuditor_is_trusted_by_a_member(t *testing.T) {
	trust, _ := auditRole(t)
	for name, test := range map[string]struct {
		principal, organisation, action string
		want                            bool
	}{
		"auditor":              {auditor, organisationID, "sts:AssumeRole", true},
		"another_organisation": {auditor, "o-zzzzzzzzzz", "sts:AssumeRole", false},
		"no_organisation":      {auditor, "", "sts:AssumeRole", false},
		"another_principal":    {anyone, organisationID, "sts:AssumeRole", false},
		"a_tagged_session":     {auditor, organisationID, "sts:TagSession", false},
	} {
		t.Run(name, func(t *testing.T) {
			keys := map[string]string{"aws:PrincipalOrgID": test.organisation}
			if got, _ := decideWith(t, trust.document(t, test.principal), call{test.principal, test.action, role, ""}, keys); got != test.want {
				t.Errorf("allowed: %t, want %t", got, test.want)
			}
		})
	}
}
