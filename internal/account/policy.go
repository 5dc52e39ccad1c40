package account

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/awscall"
)

// ErrNoPolicy says that IAM knows no such policy.
var ErrNoPolicy = errors.New("the policy does not exist")

// Policies asks IAM about managed policies.
type Policies struct {
	client interface {
		GetPolicy(context.Context, *iam.GetPolicyInput, ...func(*iam.Options)) (*iam.GetPolicyOutput, error)
		GetPolicyVersion(context.Context, *iam.GetPolicyVersionInput, ...func(*iam.Options)) (*iam.GetPolicyVersionOutput, error)
	}
}

// NewPolicies returns the policies that an account's credentials reach.
func NewPolicies(cfg aws.Config) Policies { return Policies{iam.NewFromConfig(awscall.Limited(cfg))} }

// Exists fails with [ErrNoPolicy] only where IAM says that there is no such policy; any other error
// leaves the question open.
func (p Policies) Exists(ctx context.Context, arn string) error {
	_, err := p.version(ctx, arn)
	return err
}

// Allows tells whether a policy has a statement that allows something. As a boundary, one without denies
// everything.
func (p Policies) Allows(ctx context.Context, arn string) (bool, error) {
	version, err := p.version(ctx, arn)
	if err != nil {
		return false, err
	}
	call := awscall.Call{Service: "IAM", Action: "iam:GetPolicyVersion"}
	answer, err := p.client.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: aws.String(arn), VersionId: aws.String(version)})
	if err != nil {
		return false, fmt.Errorf("read policy %s: %w", arn, call.Explain(ctx, err))
	}
	if answer.PolicyVersion == nil {
		return false, fmt.Errorf("read policy %s: %w", arn, call.Unreadable())
	}
	document, err := url.PathUnescape(aws.ToString(answer.PolicyVersion.Document))
	if err != nil {
		return false, fmt.Errorf("read policy %s: %w", arn, call.Unreadable())
	}
	allows, err := hasAllow([]byte(document))
	if err != nil {
		return false, fmt.Errorf("read policy %s: %w", arn, call.Unreadable())
	}
	return allows, nil
}

// version returns the ID of a policy's default version.
func (p Policies) version(ctx context.Context, arn string) (string, error) {
	call := awscall.Call{Service: "IAM", Action: "iam:GetPolicy"}
	answer, err := p.client.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String(arn)})
	if missing := (*types.NoSuchEntityException)(nil); errors.As(err, &missing) {
		return "", fmt.Errorf("policy %s: %w", arn, ErrNoPolicy)
	}
	if err != nil {
		return "", fmt.Errorf("ask IAM for policy %s: %w", arn, call.Explain(ctx, err))
	}
	if answer.Policy == nil || answer.Policy.DefaultVersionId == nil {
		return "", fmt.Errorf("ask IAM for policy %s: %w", arn, call.Unreadable())
	}
	return *answer.Policy.DefaultVersionId, nil
}

// hasAllow reads a policy document, whose Statement is one statement or a list, see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html.
func hasAllow(document []byte) (bool, error) {
	var policy struct{ Statement jsontext.Value }
	if err := json.Unmarshal(document, &policy); err != nil {
		return false, err
	}
	type statement struct{ Effect string }
	var statements []statement
	if policy.Statement.Kind() == '{' {
		statements = make([]statement, 1)
		if err := json.Unmarshal(policy.Statement, &statements[0]); err != nil {
			return false, err
		}
	} else if err := json.Unmarshal(policy.Statement, &statements); err != nil {
		return false, err
	}
	for _, s := range statements {
		if s.Effect == "Allow" {
			return true, nil
		}
	}
	return false, nil
}
