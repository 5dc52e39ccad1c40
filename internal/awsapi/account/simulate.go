package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"

	"amplify-boundary/internal/awsapi"
)

// Simulation is a question to IAM about a principal to whom everything is granted, so that only the boundary decides. IAM
// accepts no wildcards in actions.
type Simulation struct {
	Actions   []string
	Resources []string // ARNs or *; at least one
	Boundary  Document
}

// Decision is IAM's answer for an action.
type Decision string

// The decisions.
const (
	Allowed      Decision = "allowed"
	ImplicitDeny Decision = "implicitDeny" // nothing allows it
	ExplicitDeny Decision = "explicitDeny" // a statement denies it
)

// Result is IAM's answer for an action on a resource.
type Result struct {
	Action, Resource string
	Decision         Decision
	Statements       []Match  // of the boundary, that decided, as far as IAM names them
	MissingContext   []string // condition keys in the boundary that the simulation does not know
}

// Match is a statement of the boundary.
type Match struct {
	Number int    // from 1; 0: not known
	Sid    string // empty: none
}

// Simulate returns IAM's result for each action and resource, in their order. It makes one call for each page, see
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html.
func Simulate(ctx context.Context, cfg aws.Config, s Simulation) ([]Result, error) {
	call := awsapi.Call{Service: "IAM", Action: "iam:SimulateCustomPolicy"}
	pages := iam.NewSimulateCustomPolicyPaginator(iam.NewFromConfig(awsapi.Limited(cfg)), &iam.SimulateCustomPolicyInput{
		ActionNames: s.Actions, ResourceArns: s.Resources, PolicyInputList: []string{grantAll}, PermissionsBoundaryPolicyInputList: []string{s.Boundary.text},
	})
	var evaluations []types.EvaluationResult
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		api, isAnswer := errors.AsType[smithy.APIError](err)
		switch {
		case isAnswer && api.ErrorCode() == "InvalidInput": // its message repeats only names that the caller chose
			return nil, fmt.Errorf("simulate: %w (%s); check their spelling", ErrNotAccepted, api.ErrorMessage())
		case isAnswer && api.ErrorCode() == "PolicyEvaluation":
			return nil, errors.New("simulate: IAM cannot evaluate one of the policies (PolicyEvaluation); validate it with: aws accessanalyzer validate-policy")
		case err != nil:
			return nil, fmt.Errorf("simulate: %w", call.Explain(ctx, err))
		}
		evaluations = append(evaluations, page.EvaluationResults...)
	}
	var results []Result
	for _, action := range s.Actions {
		for _, resource := range s.Resources {
			r, found := s.result(evaluations, action, resource)
			if !found {
				return nil, fmt.Errorf("simulate: IAM says nothing about %s on %s: %w", action, resource, call.Unreadable())
			}
			results = append(results, r)
		}
	}
	return results, nil
}

// grantAll is a policy that grants everything, and granted begins the name by which IAM calls it.
const (
	grantAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	granted  = "PolicyInputList"
)

// ErrNotAccepted reports that IAM does not know one of the actions or resources.
var ErrNotAccepted = errors.New("IAM does not accept the actions or the resources")

// result returns the result for an action on a resource: the strictest, if there are several. IAM can give one evaluation for
// each action, which contains those of the resources, or one for each action and resource.
func (s Simulation) result(evaluations []types.EvaluationResult, action, resource string) (r Result, found bool) {
	strictness := []Decision{Allowed, ImplicitDeny, ExplicitDeny}
	add := func(decision types.PolicyEvaluationDecisionType, matched []types.Statement, missing []string) {
		own := Result{Action: action, Resource: resource, Decision: Decision(decision), MissingContext: missing}
		if slices.Index(strictness, own.Decision) <= slices.Index(strictness, r.Decision) {
			return
		}
		for _, m := range matched {
			if !strings.HasPrefix(aws.ToString(m.SourcePolicyId), granted) {
				own.Statements = append(own.Statements, s.Boundary.match(m.StartPosition, m.EndPosition))
			}
		}
		r, found = own, true
	}
	for _, e := range evaluations {
		if !strings.EqualFold(aws.ToString(e.EvalActionName), action) {
			continue
		}
		name := aws.ToString(e.EvalResourceName)
		if len(e.ResourceSpecificResults) == 0 && (name == resource || !slices.Contains(s.Resources, name)) { // it applies to every resource
			add(e.EvalDecision, e.MatchedStatements, e.MissingContextValues)
		}
		for _, own := range e.ResourceSpecificResults {
			if aws.ToString(own.EvalResourceName) == resource || len(s.Resources) == 1 {
				add(own.EvalResourceDecision, own.MatchedStatements, own.MissingContextValues)
			}
		}
	}
	return r, found
}
