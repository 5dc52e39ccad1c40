// Package policy writes the policies that enforce what the registry wants, from its values. It does no I/O.
//
// A macro and a hook can be gone round by whoever may call IAM itself; a policy cannot. Each of them tests
// the condition key iam:PermissionsBoundary, which is the boundary that a role has, or is about to get; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html.
package policy

import (
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Document is a policy, in the grammar of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
type Document struct {
	Version   string
	Statement []Statement
}

// Statement is one of its statements.
type Statement struct {
	Sid       string
	Effect    string
	Action    []string
	Resource  []string
	Condition Condition `json:",omitzero"`
}

// Condition maps operators to keys, and keys to values.
type Condition map[string]map[string][]string

const (
	version = "2012-10-17"
	allow   = "Allow"
	deny    = "Deny"
)

// Kind is a kind of policy, with the most characters that AWS takes of it.
type Kind struct {
	name  string
	limit int
}

// The kinds of policies. AWS counts every character of a service control policy that does not come through
// its console, and leaves white space out of a managed policy.
var (
	controlPolicy = Kind{"a service control policy", 5120}
	managedPolicy = Kind{"a managed policy", 6144}
)

// SizeError says that a policy would be larger than AWS takes it.
type SizeError struct {
	Kind        string
	Size, Limit int // characters
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("it would have %d characters, but AWS takes no more than %d of %s; name one environment with --environment, "+
		"or let values share a placeholder or a path", e.Size, e.Limit, e.Kind)
}

// encode returns a policy as JSON: indented where it stays within the limit, compact where only that does. The
// same policy has the same bytes each time, so that it can be kept in a repository, and compared.
func (k Kind) encode(d Document) ([]byte, error) {
	compact, err := json.Marshal(d, json.Deterministic(true))
	if err != nil {
		return nil, err
	}
	if len(compact) > k.limit {
		return nil, &SizeError{k.name, len(compact), k.limit}
	}
	indented, err := json.Marshal(d, json.Deterministic(true), jsontext.WithIndent("  "))
	if err != nil || len(indented) > k.limit {
		return compact, err
	}
	return indented, nil
}
