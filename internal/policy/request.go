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

// Request says what a policy is to enforce.
type Request struct {
	Boundaries   []string // patterns of ARNs, see [Boundaries]; at least one
	Users        bool     // of users too
	Except       []string // ARNs of principals, wildcards allowed, that are free of all of it
	Installation Installation
}

// Installation names what the macro consists of. ARNs may hold wildcards.
type Installation struct {
	Prefix   string // of the SSM parameters
	Function string // ARN
	Stack    string // ARN
	Bucket   string // name of the bucket of copies; empty where nested stacks are not bound
}

// ErrNone says that an environment has no boundary, so that there is nothing to enforce.
var ErrNone = errors.New("it has no boundary, so none can be demanded of its roles")

// Boundaries returns the patterns of all boundaries in a hierarchy, or, where an environment is named, of
// that one's for every project, sorted: what the scope does not know of them, an asterisk stands for. The
// warnings say which environments have none. It fails where the named one has none, where it has no entry,
// and where nothing is left.
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
		return nil, nil, errors.New("the registry holds no boundary that could be demanded; add one with: amplify-boundary env add NAME")
	}
	return slices.Sorted(maps.Keys(found)), warnings, nil
}

// pattern returns the pattern of the boundary that answers for an environment.
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

// own returns the boundaries that are policies of an account, and so can be changed there.
func (r Request) own() []string {
	return slices.DeleteFunc(slices.Clone(r.Boundaries), func(arn string) bool { return strings.Contains(arn, ":iam::aws:policy/") })
}

// actions returns actions on roles, and, where users count, the same on users.
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

// principals returns the resources that are roles, and users where they count.
func (r Request) principals() []string {
	list := []string{"arn:*:iam::*:role/*"}
	if r.Users {
		list = append(list, "arn:*:iam::*:user/*")
	}
	return list
}

// hierarchy returns the ARNs of the registry's SSM parameters, in every account and region.
func (i Installation) hierarchy() string { return "arn:*:ssm:*:*:parameter" + i.Prefix + "/*" }

// boundaryKey is the condition key of the boundary that a role has or gets.
const boundaryKey = "iam:PermissionsBoundary"

// Statements that deny what would undo the enforcement. A boundary's pattern may have wildcards, so making
// a policy that it fits is denied like changing one.
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
