package boundary

import (
	"errors"
	"fmt"
	"strings"
)

// The reasons why a placeholder cannot be replaced.
var (
	ErrNoRegion      = errors.New("the region is not known")
	ErrNoAccount     = errors.New("the account is not known")
	errNoEnvironment = errors.New("no environment is named")
	errNoProject     = errors.New("the template names no project (transform parameter Project)")
)

// Scope is what decides the ARN that a value stands for.
type Scope struct {
	AccountID   string // empty: not known, and accounts are not compared
	Region      string // empty: not known, and partitions are not compared
	Environment string
	Project     string
	Portable    bool // leave the placeholders of AWS, which Fn::Sub resolves; account and region do not count
}

// UsesProject reports whether the value contains ${Project}.
func (v Value) UsesProject() bool { return strings.Contains(v.text, projectPlaceholder) }

// DependsOnTemplate reports whether the value contains what a template's author can choose: ${Environment} or
// ${Project}.
func (v Value) DependsOnTemplate() bool {
	return strings.Contains(v.text, environmentPlaceholder) || v.UsesProject()
}

// Resolve returns the policy's ARN with the placeholders replaced. It fails where the scope does not know one of them
// (see [ErrNoRegion] and [ErrNoAccount]), and where IAM would refuse the policy as a boundary: another partition,
// another account, a name that is too long. [None] has no ARN: that fails too.
func (v Value) Resolve(s Scope) (string, error) {
	if s.Portable {
		s.AccountID, s.Region = "", ""
	}
	for _, p := range placeholders(s) {
		isKept := s.Portable && strings.HasPrefix(p.text, "${AWS::")
		if p.value == "" && !isKept && strings.Contains(v.text, p.text) {
			return "", fmt.Errorf("placeholder %s cannot be replaced: %w", p.text, p.missing)
		}
	}
	arn := v.fill(s, func(p placeholder) string { return p.text })
	if s.Portable {
		return arn, nil
	}
	parts := arnForm().FindStringSubmatch(arn)
	if parts == nil {
		return "", fmt.Errorf("it resolves to %s: %w", arn, ErrForm)
	}
	policyPartition, account, path, name := parts[1], parts[2], parts[3], parts[4]
	switch {
	case s.Region != "" && policyPartition != PartitionOf(s.Region).ID:
		return "", fmt.Errorf("the policy is in partition %s, but region %s is in partition %s; use ${AWS::Partition} or a policy of that partition",
			policyPartition, s.Region, PartitionOf(s.Region).ID)
	case s.AccountID != "" && account != "aws" && account != s.AccountID:
		return "", &AccountError{Policy: account, Role: s.AccountID}
	case len(name) > 128 || len(path) > 512 || len(arn) > 2048:
		return "", fmt.Errorf("it resolves to a name of %d characters in a path of %d; shorten it: IAM accepts names up to 128, paths up to 512, and ARNs up to 2048", len(name), len(path))
	}
	return arn, nil
}

// AccountError reports that a policy is not in the account of the roles.
type AccountError struct{ Policy, Role string }

func (e *AccountError) Error() string {
	return fmt.Sprintf("the policy is in account %s, but the stack is in account %s, and IAM accepts a boundary only from the role's own account; "+
		"use ${AWS::AccountId} or a policy of that account", e.Policy, e.Role)
}

// Pattern returns the policy's ARN for IAM's condition operator ArnLike, with an asterisk for what the scope does not
// know. An asterisk or a question mark in the policy's path is escaped, so that it matches only itself, see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html. It must not be called on [None].
func (v Value) Pattern(s Scope) string {
	literal := Value{strings.NewReplacer("*", "${*}", "?", "${?}").Replace(v.text)}
	return literal.fill(s, func(placeholder) string { return "*" })
}

// Check returns an error where no template could use the value in a scope, as [Value.Resolve] does. A name that the
// scope does not know is not an error: some template may name it.
func (v Value) Check(s Scope) error {
	if v.IsNone() {
		return nil
	}
	_, err := Value{v.fill(s, func(p placeholder) string { return p.sample })}.Resolve(s)
	return err
}
