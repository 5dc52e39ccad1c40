// Package policy writes the policies that enforce the registry's boundaries. It does no I/O.
//
// A macro and a hook can be bypassed by anyone who can call IAM directly; a policy cannot. Each policy tests the
// condition key iam:PermissionsBoundary, which is the boundary that a role has or is about to get; see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html.
package policy

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
)

// Document is a policy, in the grammar of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
type Document struct {
	Version   string
	Statement []Statement
}

// Statement is a statement of a policy.
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

// The largest sizes that AWS accepts, in characters. AWS counts every character of a service control policy that does
// not come from its console. It does not count the white space of a managed policy, which has little.
const (
	controlPolicyLimit = 5120
	managedPolicyLimit = 6144
)

// SizeError means that a policy is larger than AWS accepts.
type SizeError struct {
	Size, Limit int // characters
}

func (e *SizeError) Error() string {
	return fmt.Sprintf("the policy has %d characters, and AWS accepts at most %d", e.Size, e.Limit)
}

// encode returns a policy as JSON, one statement a line. The same policy has the same bytes each time, so it can be kept
// in a repository and compared.
func (d Document) encode(limit int) ([]byte, error) {
	var lines []string
	for _, statement := range d.Statement {
		line, err := json.Marshal(statement, json.Deterministic(true))
		if err != nil {
			return nil, err
		}
		lines = append(lines, string(line))
	}
	text := fmt.Appendf(nil, "{\"Version\":%q,\"Statement\":[\n%s\n]}", d.Version, strings.Join(lines, ",\n"))
	if len(text) > limit {
		return nil, &SizeError{len(text), limit}
	}
	return text, nil
}
