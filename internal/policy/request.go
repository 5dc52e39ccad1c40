package policy

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
)

// Request says what a policy enforces.
type Request struct {
	Boundaries   []string // patterns of ARNs, see [Boundaries]; at least one
	Users        bool     // for users too
	Except       []string // patterns of ARNs of principals that the policy leaves alone
	Installation Installation
}

// Installation names the parts of the macro's installation. ARNs can have wildcards.
type Installation struct {
	Prefix   string // of the SSM parameters
	Function string // ARN
	Stack    string // ARN
	Bucket   string // name of the bucket for copies of nested templates; empty if there is none
}

// The errors of [Boundaries].
var (
	ErrNone         = errors.New("it has no boundary, so there is nothing to enforce")
	ErrNoBoundaries = errors.New("the registry has no boundary to enforce")
)

// Boundaries returns the patterns of all boundaries in a hierarchy or, if an environment is named, of that
// environment's for every project, sorted. An asterisk replaces what the scope does not know. The warnings say which
// environments have no boundary. The error says that the named environment has no entry or [ErrNone], or it is
// [ErrNoBoundaries].
func Boundaries(s registry.Snapshot, name string, scope boundary.Scope) (patterns []string, warnings []string, err error) {
	environments := s.Environments()
	if name != "" {
		environments = []environment.Environment{{Name: name}}
		for _, project := range s.Projects() {
			environments = append(environments, environment.Environment{Name: name, Project: project})
		}
	}
	found := make(map[string]bool)
	for i, e := range environments {
		pattern, err := pattern(s, e, scope)
		switch {
		case err == nil:
			found[pattern] = true
		case name != "" && i == 0:
			return nil, nil, err
		default:
			warnings = append(warnings, err.Error())
		}
	}
	if len(found) == 0 {
		return nil, nil, ErrNoBoundaries
	}
	return slices.Sorted(maps.Keys(found)), warnings, nil
}

// pattern returns the pattern of an environment's boundary.
func pattern(s registry.Snapshot, e environment.Environment, scope boundary.Scope) (string, error) {
	entry, err := s.Pick(e)
	switch {
	case err != nil:
		return "", err
	case entry.Value.IsNone():
		return "", fmt.Errorf("environment %s (SSM parameter %s): %w", e.Name, entry.Name, ErrNone)
	default:
		return entry.Value.Pattern(e.Scope(scope.AccountID, scope.Region)), nil
	}
}

// own returns the boundaries that are an account's own policies, which can be changed.
func (r Request) own() []string {
	return slices.DeleteFunc(slices.Clone(r.Boundaries), func(arn string) bool { return strings.Contains(arn, ":iam::aws:policy/") })
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

// The actions that would undo the enforcement. A boundary's pattern can have wildcards, so creating a policy that
// matches it is denied too.
var (
	policyChanges    = []string{"iam:CreatePolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:DeletePolicyVersion", "iam:SetDefaultPolicyVersion"}
	parameterChanges = []string{"ssm:PutParameter", "ssm:DeleteParameter", "ssm:DeleteParameters", "ssm:LabelParameterVersion", "ssm:UnlabelParameterVersion"}
	functionChanges  = []string{"lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:DeleteFunction", "lambda:PutFunctionConcurrency"}
	stackChanges     = []string{"cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet", "cloudformation:UpdateStack", "cloudformation:DeleteStack"}
)

const (
	create = "Create%s"
	put    = "Put%sPermissionsBoundary"
	remove = "Delete%sPermissionsBoundary"
)
