package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/exception"
	"amplify-boundary/internal/registry"
)

// Request says what a policy enforces.
type Request struct {
	Set
	Users        bool                  // for users too
	Except       []string              // patterns of ARNs of principals that the policy leaves alone
	Exceptions   []exception.Exception // those that have not ended
	Installation Installation
}

// Installation names the parts of the macro's installation. ARNs can have wildcards.
type Installation struct {
	Prefix     string   // of the SSM parameters
	Function   string   // ARN
	Guard      string   // ARN of the guard's function; empty if there is none
	Roles      []string // ARNs of its roles
	Stack      string   // ARN
	Bucket     string   // name of the bucket for copies of nested templates; empty if there is none
	ConfigRule string   // ARN; empty if there is none
}

// The errors of [Boundaries].
var (
	ErrNone         = errors.New("it has no boundary, so there is nothing to enforce")
	ErrNoBoundaries = errors.New("the registry has no boundary to enforce")
)

// Set is the boundaries that a policy enforces.
type Set struct {
	Patterns []string // patterns of ARNs as IAM compares them, sorted; an asterisk replaces what differs by account or region
	HasNone  bool     // whether an environment has no boundary
	Warnings []string // the environments that a policy cannot cover, with the reason
}

// Boundaries returns the boundaries of a hierarchy or, if an environment is named, of that environment for every
// project. The error says that the named environment has no entry or [ErrNone], or it is [ErrNoBoundaries].
func Boundaries(s registry.Snapshot, name string) (Set, error) {
	environments := s.Environments()
	if name != "" {
		environments = []environment.Environment{{Name: name}}
		for _, project := range s.Projects() {
			environments = append(environments, environment.Environment{Name: name, Project: project})
		}
	}
	var set Set
	for i, e := range environments {
		entry, err := s.Pick(e)
		if err == nil && entry.Value.IsNone() {
			err = fmt.Errorf("environment %s (SSM parameter %s): %w", e.Name, entry.Name, ErrNone)
		}
		if err != nil && name != "" && i == 0 {
			return Set{}, err
		}
		if err != nil {
			set.Warnings = append(set.Warnings, err.Error())
			set.HasNone = set.HasNone || errors.Is(err, ErrNone)
			continue
		}
		set.Patterns = append(set.Patterns, entry.Value.Pattern(e.Scope("", "")))
	}
	if len(set.Patterns) == 0 {
		return Set{}, ErrNoBoundaries
	}
	slices.Sort(set.Patterns)
	set.Patterns = slices.Compact(set.Patterns)
	return set, nil
}

// own returns the boundaries that are an account's own policies, which can be changed.
func (r Request) own() []string {
	return slices.DeleteFunc(slices.Clone(r.Patterns), func(arn string) bool { return strings.Contains(arn, ":iam::aws:policy/") })
}

// actions returns actions on roles and, if asked for, the same on users.
func (r Request) actions(verbs ...string) []string {
	var list []string
	for _, verb := range verbs {
		list = append(list, "iam:"+fmt.Sprintf(verb, "Role"))
		if r.Users {
			list = append(list, "iam:"+fmt.Sprintf(verb, "User"))
		}
	}
	return list
}

// principals returns the resources that are roles and, if asked for, users.
func (r Request) principals() []string {
	list := []string{"arn:*:iam::*:role/*"}
	if r.Users {
		list = append(list, "arn:*:iam::*:user/*")
	}
	return list
}

// hierarchy returns the ARNs of the registry's SSM parameters, in every account and region.
func (i Installation) hierarchy() string { return "arn:*:ssm:*:*:parameter" + i.Prefix + "/*" }

// boundaryKey is the condition key for the boundary that a role has or gets.
const boundaryKey = "iam:PermissionsBoundary"

// parameterChanges are the actions that change an SSM parameter.
func parameterChanges() []string {
	return []string{"ssm:PutParameter", "ssm:DeleteParameter", "ssm:DeleteParameters", "ssm:LabelParameterVersion", "ssm:UnlabelParameterVersion"}
}

func policyChanges() []string {
	return []string{"iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"}
}

// roleChanges are the actions that create a role or change what it can do and who can use it.
func roleChanges() []string {
	return []string{"iam:CreateRole", "iam:UpdateRole", "iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy", "iam:DetachRolePolicy",
		"iam:PutRolePolicy", "iam:DeleteRolePolicy", "iam:DeleteRole", "iam:PutRolePermissionsBoundary"}
}

// roleManager is the action that turns on IAM's role manager. No template shows the roles that it creates.
const roleManager = "iam:PutAccountProperties"

const (
	create = "Create%s"
	put    = "Put%sPermissionsBoundary"
	remove = "Delete%sPermissionsBoundary"
)
