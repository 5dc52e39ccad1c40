// Package exception has the exceptions of a registry: the roles that cannot carry a permissions boundary, such as those
// of AWS Control Tower. It parses, checks, and matches them, and knows the presets. It does no I/O.
//
// An exception is one entry of the registry, a JSON object:
//
//	{"roles": ["aws-controltower-*"], "stacks": [...], "accounts": ["123456789012"],
//	 "principals": ["arn:*:iam::*:role/AWSControlTowerExecution"], "reason": "...", "until": "2027-03-31"}
//
// No error of this package quotes an entry, because it can be a secret that was stored in the wrong SSM parameter.
package exception

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
)

// Limits of a registry.
const (
	Limit     = 50      // exceptions
	SizeLimit = 4 << 10 // bytes of an exception
)

// IsReserved reports whether a role or user with a path belongs to an AWS service, so that nobody can set its boundary.
func IsReserved(path string) bool {
	return strings.HasPrefix(path, "/aws-service-role/") || strings.HasPrefix(path, "/aws-reserved/")
}

// Exception leaves roles out: the audit reports none of them, and the guard lets them pass. The macro ignores it.
type Exception struct {
	Name       string   `json:"-"`                    // by the rule of environments, [environment.NameRule]
	Roles      []string `json:"roles,omitempty"`      // patterns of role names; one that begins with / is matched against path and name
	Stacks     []string `json:"stacks,omitempty"`     // patterns of the names of stacks, whose roles are left out
	Accounts   []string `json:"accounts,omitempty"`   // IDs; none: every account
	Principals []string `json:"principals,omitempty"` // patterns of the ARNs of the principals that can create the roles and stacks
	Reason     string   `json:"reason"`
	Until      string   `json:"until,omitempty"` // the last day, in UTC, on which the exception holds, as 2027-03-31; empty: no end
}

// Parse returns the exception in an entry of the registry. It fails where the entry breaks a rule: then it excepts
// nothing.
func Parse(name, text string) (Exception, error) {
	if len(text) > SizeLimit {
		return Exception{}, errTooLarge
	}
	var e Exception
	if err := json.Unmarshal([]byte(text), &e, json.RejectUnknownMembers(true)); err != nil {
		return Exception{}, errors.New("it must be a JSON object with the members roles, stacks, accounts, principals, reason, and until")
	}
	if e.Accounts != nil && len(e.Accounts) == 0 {
		return Exception{}, errors.New("accounts is empty: list the accounts, or remove the member for every account")
	}
	e.Name = name
	return e, e.Check()
}

var errTooLarge = fmt.Errorf("it has more than %d bytes", SizeLimit)

// Encode returns the exception as a registry holds it. It fails where the exception breaks a rule.
func (e Exception) Encode() (string, error) {
	if err := e.Check(); err != nil {
		return "", err
	}
	text, err := json.Marshal(e)
	if err == nil && len(text) > SizeLimit {
		err = errTooLarge
	}
	return string(text), err
}

// Check returns an error that names the member that breaks a rule.
func (e Exception) Check() error {
	const reasonLimit = 200
	switch n := utf8.RuneCountInString(e.Reason); {
	case !environment.ValidName(e.Name):
		return errors.New("the name of an exception must be " + environment.NameRule)
	case len(e.Roles)+len(e.Stacks) == 0:
		return errors.New("roles or stacks is required")
	case strings.TrimSpace(e.Reason) == "":
		return errors.New("reason is required")
	case n > reasonLimit || strings.ContainsFunc(e.Reason, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("reason must be 1 to %d printable characters", reasonLimit)
	}
	if _, err := time.Parse(time.DateOnly, e.Until); e.Until != "" && err != nil {
		return errors.New("until must be a date such as 2027-03-31")
	}
	for _, member := range []struct {
		name     string
		elements []string
		valid    func(string) bool
		rule     string
	}{
		{"accounts", e.Accounts, boundary.ValidAccount, "12 digits"},
		{"roles", e.Roles, validRole, "a role name with * and ?, or a path and a name that begin with /, and must not match every role"},
		{"stacks", e.Stacks, validStack, "a stack name with * and ?, and must not match every stack"},
		{"principals", e.Principals, ValidPrincipal, PrincipalRule},
	} {
		if i := slices.IndexFunc(member.elements, func(text string) bool { return !member.valid(text) }); i >= 0 {
			return fmt.Errorf("%s: number %d must be %s", member.name, i+1, member.rule)
		}
	}
	return nil
}

// Role is a role that an exception can leave out.
type Role struct {
	Name      string
	Path      string // begins and ends with a slash; empty: /
	Stack     string // the name of the stack that has the role; empty: none, or not known
	AccountID string // empty: not known, and matches only exceptions for every account
}

// Matches reports whether the exception leaves a role out, whatever the day.
func (e Exception) Matches(r Role) bool {
	if e.Accounts != nil && !slices.Contains(e.Accounts, r.AccountID) {
		return false
	}
	byRole := slices.ContainsFunc(e.Roles, func(pattern string) bool {
		if strings.HasPrefix(pattern, "/") {
			return match(pattern, cmp.Or(r.Path, "/")+r.Name)
		}
		return match(pattern, r.Name)
	})
	return byRole || slices.ContainsFunc(e.Stacks, func(pattern string) bool { return match(pattern, r.Stack) })
}

// Holds reports whether the exception has not ended: its last day, in UTC, included.
func (e Exception) Holds(now time.Time) bool {
	return e.Until == "" || now.UTC().Format(time.DateOnly) <= e.Until
}
