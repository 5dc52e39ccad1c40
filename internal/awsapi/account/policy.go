package account

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"amplify-boundary/internal/awsapi"
)

// ErrNoPolicy reports that a policy does not exist.
var ErrNoPolicy = errors.New("the policy does not exist")

// Policies reads managed policies.
type Policies struct {
	client interface {
		GetPolicy(context.Context, *iam.GetPolicyInput, ...func(*iam.Options)) (*iam.GetPolicyOutput, error)
		GetPolicyVersion(context.Context, *iam.GetPolicyVersionInput, ...func(*iam.Options)) (*iam.GetPolicyVersionOutput, error)
	}
}

// NewPolicies returns the policies that the configuration's credentials can read.
func NewPolicies(cfg aws.Config) Policies { return Policies{iam.NewFromConfig(awsapi.Limited(cfg))} }

// Policy is a managed policy that exists.
type Policy struct {
	policies Policies
	arn      string
	version  string // the ID of its default version
}

// Find reads a policy. It fails with [ErrNoPolicy] only where IAM says that there is none; any other error leaves that
// open.
func (p Policies) Find(ctx context.Context, arn string) (Policy, error) {
	call := awsapi.Call{Service: "IAM", Action: "iam:GetPolicy"}
	answer, err := p.client.GetPolicy(ctx, &iam.GetPolicyInput{PolicyArn: aws.String(arn)})
	if missing := (*types.NoSuchEntityException)(nil); errors.As(err, &missing) {
		return Policy{}, fmt.Errorf("policy %s: %w", arn, ErrNoPolicy)
	}
	if err != nil {
		return Policy{}, fmt.Errorf("ask IAM for policy %s: %w", arn, call.Explain(ctx, err))
	}
	if answer.Policy == nil || answer.Policy.DefaultVersionId == nil {
		return Policy{}, fmt.Errorf("ask IAM for policy %s: %w", arn, call.Unreadable())
	}
	return Policy{p, arn, *answer.Policy.DefaultVersionId}, nil
}

// Allows reads the policy's default version and reports whether a statement allows anything. As a boundary, a policy
// without one denies everything.
func (p Policy) Allows(ctx context.Context) (bool, error) {
	document, err := p.Document(ctx)
	return document.Allows(), err
}

// Document reads the policy's default version.
func (p Policy) Document(ctx context.Context) (Document, error) {
	call := awsapi.Call{Service: "IAM", Action: "iam:GetPolicyVersion"}
	answer, err := p.policies.client.GetPolicyVersion(ctx, &iam.GetPolicyVersionInput{PolicyArn: &p.arn, VersionId: &p.version})
	if err != nil {
		return Document{}, fmt.Errorf("read policy %s: %w", p.arn, call.Explain(ctx, err))
	}
	if answer.PolicyVersion != nil {
		if text, err := url.PathUnescape(aws.ToString(answer.PolicyVersion.Document)); err == nil {
			if document, err := ParseDocument(text); err == nil {
				return document, nil
			}
		}
	}
	return Document{}, fmt.Errorf("read policy %s: %w", p.arn, call.Unreadable())
}

// Document finds a policy and reads its default version.
func (p Policies) Document(ctx context.Context, arn string) (Document, error) {
	policy, err := p.Find(ctx, arn)
	if err != nil {
		return Document{}, err
	}
	return policy.Document(ctx)
}
