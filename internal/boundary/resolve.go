package boundary

import (
	"errors"
	"fmt"
	"strings"
)

// Why a placeholder cannot be replaced.
var (
	ErrNoRegion      = errors.New("the region is not known")
	ErrNoAccount     = errors.New("the account is not known")
	errNoEnvironment = errors.New("no environment is named")
	errNoProject     = errors.New("the template names no project (transform parameter Project)")
)

// Scope is where a value is to hold.
type Scope struct {
	AccountID   string // empty where it is not known: then accounts are not compared
	Region      string // empty where it is not known: then partitions are not compared
	Environment string
	Project     string
}

// UsesProject reports whether the value uses the name of the project.
func (v Value) UsesProject() bool { return strings.Contains(v.text, projectPlaceholder) }

// DependsOnTemplate reports whether the value uses what a template's author may choose: the name of the
// environment or of the project.
func (v Value) DependsOnTemplate() bool {
	return strings.Contains(v.text, environmentPlaceholder) || v.UsesProject()
}

// Resolve returns the policy's ARN with the placeholders replaced. It fails where IAM would refuse the
// policy as a boundary in the scope: another partition, another account, a name that is too long; and
// where a placeholder stands for what the scope does not hold, see [ErrNoRegion] and [ErrNoAccount].
// It is not to be called for none.
func (v Value) Resolve(s Scope) (string, error) {
	own := ""
	if s.Region != "" {
		own = PartitionOf(s.Region).ID
	}
	arn := v.text
	for _, p := range []struct {
		placeholder, value string
		missing            error
	}{
		{partitionPlaceholder, own, ErrNoRegion},
		{accountPlaceholder, s.AccountID, ErrNoAccount},
		{regionPlaceholder, s.Region, ErrNoRegion},
		{environmentPlaceholder, s.Environment, errNoEnvironment},
		{projectPlaceholder, s.Project, errNoProject},
	} {
		if !strings.Contains(arn, p.placeholder) {
			continue
		}
		if p.value == "" {
			return "", fmt.Errorf("placeholder %s cannot be replaced, because %w", p.placeholder, p.missing)
		}
		arn = strings.ReplaceAll(arn, p.placeholder, p.value)
	}

	parts := arnForm().FindStringSubmatch(arn)
	if parts == nil {
		return "", fmt.Errorf("resolved to %s: %w", arn, ErrForm)
	}
	policyPartition, account, path, name := parts[1], parts[2], parts[3], parts[4]
	switch {
	case own != "" && policyPartition != own:
		return "", fmt.Errorf("the policy is in partition %s, but region %s is in partition %s; use ${AWS::Partition} or a policy of that partition",
			policyPartition, s.Region, own)
	case s.AccountID != "" && account != "aws" && account != s.AccountID:
		return "", &AccountError{Policy: account, Role: s.AccountID}
	case len(name) > 128 || len(path) > 512 || len(arn) > 2048:
		return "", fmt.Errorf("resolved to a name of %d characters in a path of %d; shorten it, since IAM takes names up to 128, paths up to 512 and ARNs up to 2048", len(name), len(path))
	}
	return arn, nil
}

// AccountError says that a policy is in another account than the roles that it is to bound.
type AccountError struct{ Policy, Role string }

func (e *AccountError) Error() string {
	return fmt.Sprintf("the policy is in account %s, but the stack is in account %s, and IAM takes a boundary only from the role's own account; "+
		"use ${AWS::AccountId} or a policy of that account", e.Policy, e.Role)
}
