package account

import (
	"cmp"
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

// Simulation is a question to IAM. IAM accepts no wildcards in actions.
type Simulation struct {
	Actions   []string
	Resources []string // ARNs or *; at least one

	// Boundary replaces the principal's boundary. Without one, the principal is simulated as it is.
	Boundary *Document

	// Principal is the ARN of a role or a user, whose policies grant. Without one, everything is granted.
	Principal string
}

// Decision is IAM's answer for an action.
type Decision string

// The decisions.
const (
	Allowed      Decision = "allowed"
	ImplicitDeny Decision = "implicitDeny" // nothing allows it
	ExplicitDeny Decision = "explicitDeny" // a statement denies it
)

// Party is an owner of policies.
type Party string

// The parties. Where something is allowed, no party decides alone.
const (
	Nobody       Party = ""
	Boundary     Party = "boundary"
	Identity     Party = "identity"     // the principal's own policies
	Organization Party = "organization" // its service control policies
)

// Result is IAM's answer for an action on a resource.
type Result struct {
	Action, Resource string
	Decision         Decision
	By               Party    // that denies it
	Statements       []Match  // what decided, as far as IAM names it
	MissingContext   []string // condition keys in the policies that the simulation does not know
}

// Match is a statement that decided.
type Match struct {
	OfBoundary bool
	Policy     string // IAM's name of a policy that is not the boundary
	Number     int    // of the statement in the boundary, from 1; 0: not known
	Sid        string // of the statement; empty: none
}

// Simulate returns IAM's result for each action and resource, in their order. It makes one call for each page, see
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html and
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html.
func Simulate(ctx context.Context, cfg aws.Config, s Simulation) ([]Result, error) {
	client := iam.NewFromConfig(awsapi.Limited(cfg))
	evaluations, err := s.evaluate(ctx, client)
	if err != nil {
		return nil, err
	}
	return s.results(evaluations)
}

// grantAll is a policy that grants everything, so that only the boundary decides.
const grantAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

func (s Simulation) evaluate(ctx context.Context, client *iam.Client) ([]types.EvaluationResult, error) {
	var boundary []string
	if s.Boundary != nil {
		boundary = []string{s.Boundary.text}
	}
	if s.Principal == "" {
		pages := iam.NewSimulateCustomPolicyPaginator(client, &iam.SimulateCustomPolicyInput{
			ActionNames: s.Actions, ResourceArns: s.Resources, PolicyInputList: []string{grantAll}, PermissionsBoundaryPolicyInputList: boundary,
		})
		return collect(ctx, "iam:SimulateCustomPolicy", pages.HasMorePages, func() ([]types.EvaluationResult, error) {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			return page.EvaluationResults, nil
		})
	}
	pages := iam.NewSimulatePrincipalPolicyPaginator(client, &iam.SimulatePrincipalPolicyInput{
		ActionNames: s.Actions, ResourceArns: s.Resources, PolicySourceArn: aws.String(s.Principal), PermissionsBoundaryPolicyInputList: boundary,
	})
	return collect(ctx, "iam:SimulatePrincipalPolicy", pages.HasMorePages, func() ([]types.EvaluationResult, error) {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		return page.EvaluationResults, nil
	})
}

func collect(ctx context.Context, action string, more func() bool, next func() ([]types.EvaluationResult, error)) ([]types.EvaluationResult, error) {
	var results []types.EvaluationResult
	for more() {
		page, err := next()
		if err != nil {
			return nil, fmt.Errorf("simulate: %w", explainSimulation(ctx, action, err))
		}
		results = append(results, page...)
	}
	return results, nil
}

// ErrNotAccepted reports that IAM does not know one of the actions or resources.
var ErrNotAccepted = errors.New("IAM does not accept the actions or the resources")

// explainSimulation says why a simulation failed. It quotes what IAM says about bad input: that repeats only names that
// the caller chose.
func explainSimulation(ctx context.Context, action string, err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		switch api.ErrorCode() {
		case "InvalidInput":
			return fmt.Errorf("%w (%s); check their spelling", ErrNotAccepted, api.ErrorMessage())
		case "NoSuchEntity":
			return errors.New("IAM does not find the principal; check that it still exists")
		case "PolicyEvaluation":
			return errors.New("IAM cannot evaluate one of the policies (PolicyEvaluation); validate it with: aws accessanalyzer validate-policy")
		}
	}
	return awsapi.Call{Service: "IAM", Action: action}.Explain(ctx, err)
}

// results sorts IAM's evaluations. There can be one for each action, which contains those of the resources, or one for
// each action and resource.
func (s Simulation) results(evaluations []types.EvaluationResult) ([]Result, error) {
	var results []Result
	for _, action := range s.Actions {
		for _, resource := range s.Resources {
			r, found := s.result(evaluations, action, resource)
			if !found {
				unreadable := awsapi.Call{Service: "IAM"}.Unreadable()
				return nil, fmt.Errorf("simulate: IAM says nothing about %s on %s: %w", action, resource, unreadable)
			}
			results = append(results, r)
		}
	}
	return results, nil
}

// result returns the result for an action on a resource: the strictest, if there are several.
func (s Simulation) result(evaluations []types.EvaluationResult, action, resource string) (r Result, found bool) {
	for _, e := range evaluations {
		if !strings.EqualFold(aws.ToString(e.EvalActionName), action) {
			continue
		}
		for _, own := range s.ofResource(e, resource) {
			if strictness(own.Decision) > strictness(r.Decision) {
				r, found = own, true
			}
		}
	}
	r.Action, r.Resource = action, resource
	return r, found
}

// strictness orders decisions; it is negative for an unknown one.
func strictness(d Decision) int {
	return slices.Index([]Decision{Allowed, ImplicitDeny, ExplicitDeny}, d)
}

// ofResource returns the results for a resource in an evaluation: those of the resource itself, or the one of the whole
// evaluation, which then applies to every resource.
func (s Simulation) ofResource(e types.EvaluationResult, resource string) []Result {
	if len(e.ResourceSpecificResults) == 0 {
		if name := aws.ToString(e.EvalResourceName); name != resource && slices.Contains(s.Resources, name) {
			return nil
		}
		return []Result{s.newResult(Decision(e.EvalDecision), e.MatchedStatements, e.MissingContextValues, e.PermissionsBoundaryDecisionDetail, e.OrganizationsDecisionDetail)}
	}
	var results []Result
	for _, own := range e.ResourceSpecificResults {
		if aws.ToString(own.EvalResourceName) != resource && len(s.Resources) > 1 {
			continue
		}
		boundary := cmp.Or(own.PermissionsBoundaryDecisionDetail, e.PermissionsBoundaryDecisionDetail)
		results = append(results, s.newResult(Decision(own.EvalResourceDecision), own.MatchedStatements, own.MissingContextValues, boundary, e.OrganizationsDecisionDetail))
	}
	return results
}

func (s Simulation) newResult(d Decision, matched []types.Statement, missing []string,
	boundary *types.PermissionsBoundaryDecisionDetail, organization *types.OrganizationsDecisionDetail) Result {
	r := Result{Decision: d, MissingContext: missing}
	for _, m := range matched {
		r.Statements = append(r.Statements, s.match(m))
	}
	if d != Allowed {
		r.By = s.party(r, boundary, organization)
	}
	return r
}

// match returns the statement that IAM names.
func (s Simulation) match(m types.Statement) Match {
	match := Match{Policy: aws.ToString(m.SourcePolicyId)}
	// IAM numbers the policies of a request. There is only one boundary.
	match.OfBoundary = strings.HasPrefix(match.Policy, "PermissionsBoundaryPolicyInputList") ||
		s.Principal == "" && !strings.HasPrefix(match.Policy, "PolicyInputList")
	if !match.OfBoundary || s.Boundary == nil {
		return match
	}
	if i := s.Boundary.statementAt(m.StartPosition, m.EndPosition); i >= 0 {
		match.Number, match.Sid = i+1, s.Boundary.statements[i].Sid
	}
	return match
}

// party returns the party that denies. If a statement denies, IAM names only that one.
func (s Simulation) party(r Result, boundary *types.PermissionsBoundaryDecisionDetail, organization *types.OrganizationsDecisionDetail) Party {
	byBoundary := boundary != nil && !boundary.AllowedByPermissionsBoundary
	switch {
	case organization != nil && !organization.AllowedByOrganizations:
		return Organization
	case r.Decision == ExplicitDeny && len(r.Statements) > 0 && !r.Statements[0].OfBoundary:
		return Identity
	case byBoundary, r.Decision == ExplicitDeny && len(r.Statements) > 0, s.Principal == "":
		return Boundary
	case boundary != nil:
		return Identity
	default:
		return Nobody
	}
}
