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

// Simulation says what IAM is asked about. IAM takes no wildcards in actions.
type Simulation struct {
	Actions   []string
	Resources []string // ARNs or *; at least one

	// Boundary bounds the principal, whatever it is bounded by today. Without one, the principal is as it is.
	Boundary *Document

	// Principal is the ARN of a role or of a user, whose policies grant. Without one, everything is granted.
	Principal string
}

// Decision is what IAM says of an action.
type Decision string

// The decisions.
const (
	Allowed      Decision = "allowed"
	ImplicitDeny Decision = "implicitDeny" // nothing allows it
	ExplicitDeny Decision = "explicitDeny" // a statement denies it
)

// Party is whose policies decide.
type Party string

// The parties. Nobody decides alone where something is allowed.
const (
	Nobody       Party = ""
	Boundary     Party = "boundary"
	Identity     Party = "identity"     // the principal's own policies
	Organization Party = "organization" // its service control policies
)

// Verdict is what IAM says of an action on a resource.
type Verdict struct {
	Action, Resource string
	Decision         Decision
	By               Party    // who denies it
	Statements       []Match  // what decided, as far as IAM names it
	MissingContext   []string // condition keys that the policies ask for, and that a simulation does not know
}

// Match is a statement that decided.
type Match struct {
	OfBoundary bool
	Policy     string // as IAM calls a policy that is not the boundary
	Place      int    // of the statement in the boundary, from 1; 0 where only IAM knows it
	Sid        string // the statement's, where it has one
}

// Simulate asks IAM, by as many calls as its answer has pages, and returns a verdict for each action and
// resource, in their order. See
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html and
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html. It changes nothing.
func Simulate(ctx context.Context, cfg aws.Config, s Simulation) ([]Verdict, error) {
	client := iam.NewFromConfig(awsapi.Limited(cfg))
	results, err := s.results(ctx, client)
	if err != nil {
		return nil, err
	}
	return s.verdicts(results)
}

// grantAll is a policy that grants everything, so that only the boundary decides.
const grantAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

func (s Simulation) results(ctx context.Context, client *iam.Client) ([]types.EvaluationResult, error) {
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

// explainSimulation says why a simulation failed. What IAM says of bad input is about names that the caller
// chose, so that it may be shown.
func explainSimulation(ctx context.Context, action string, err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		switch api.ErrorCode() {
		case "InvalidInput":
			return fmt.Errorf("IAM does not take the actions or the resources (%s); check their spelling", api.ErrorMessage())
		case "NoSuchEntity":
			return errors.New("IAM does not find the principal; check that it still exists")
		case "PolicyEvaluation":
			return errors.New("IAM cannot evaluate one of the policies (PolicyEvaluation); validate it with: aws accessanalyzer validate-policy")
		}
	}
	return awsapi.Call{Service: "IAM", Action: action}.Explain(ctx, err)
}

// verdicts arranges IAM's results. There may be one for each action, with the resources' own below it, or one
// for each action and resource.
func (s Simulation) verdicts(results []types.EvaluationResult) ([]Verdict, error) {
	var verdicts []Verdict
	for _, action := range s.Actions {
		for _, resource := range s.Resources {
			v, found := s.verdict(results, action, resource)
			if !found {
				unreadable := awsapi.Call{Service: "IAM"}.Unreadable()
				return nil, fmt.Errorf("simulate: IAM says nothing of %s on %s: %w", action, resource, unreadable)
			}
			verdicts = append(verdicts, v)
		}
	}
	return verdicts, nil
}

// verdict finds what IAM says of an action on a resource: the strictest, should it say more than one thing.
func (s Simulation) verdict(results []types.EvaluationResult, action, resource string) (v Verdict, found bool) {
	for _, r := range results {
		if !strings.EqualFold(aws.ToString(r.EvalActionName), action) {
			continue
		}
		for _, own := range s.ofResource(r, resource) {
			if strictness(own.Decision) > strictness(v.Decision) {
				v, found = own, true
			}
		}
	}
	v.Action, v.Resource = action, resource
	return v, found
}

// strictness orders decisions. One that is not known has none.
func strictness(d Decision) int {
	return slices.Index([]Decision{Allowed, ImplicitDeny, ExplicitDeny}, d)
}

// ofResource returns the verdicts of a result on a resource: those of the resource itself, or that of the whole
// result, which then holds for every resource.
func (s Simulation) ofResource(r types.EvaluationResult, resource string) []Verdict {
	whole := s.newVerdict(Decision(r.EvalDecision), r.MatchedStatements, r.MissingContextValues, r.PermissionsBoundaryDecisionDetail, r.OrganizationsDecisionDetail)
	if len(r.ResourceSpecificResults) == 0 {
		if name := aws.ToString(r.EvalResourceName); name != resource && slices.Contains(s.Resources, name) {
			return nil
		}
		return []Verdict{whole}
	}
	var verdicts []Verdict
	for _, own := range r.ResourceSpecificResults {
		if aws.ToString(own.EvalResourceName) != resource && len(s.Resources) > 1 {
			continue
		}
		boundary := own.PermissionsBoundaryDecisionDetail
		if boundary == nil {
			boundary = r.PermissionsBoundaryDecisionDetail
		}
		verdicts = append(verdicts, s.newVerdict(Decision(own.EvalResourceDecision), own.MatchedStatements, own.MissingContextValues, boundary, r.OrganizationsDecisionDetail))
	}
	return verdicts
}

func (s Simulation) newVerdict(d Decision, matched []types.Statement, missing []string,
	boundary *types.PermissionsBoundaryDecisionDetail, organization *types.OrganizationsDecisionDetail) Verdict {
	v := Verdict{Decision: d, MissingContext: missing}
	for _, m := range matched {
		v.Statements = append(v.Statements, s.match(m))
	}
	if d != Allowed {
		v.By = s.party(v, boundary, organization)
	}
	return v
}

// match says which statement IAM means.
func (s Simulation) match(m types.Statement) Match {
	match := Match{Policy: aws.ToString(m.SourcePolicyId)}
	// Policies that come with a request have such names, and a number. There is only one boundary.
	match.OfBoundary = strings.HasPrefix(match.Policy, "PermissionsBoundaryPolicyInputList") ||
		s.Principal == "" && !strings.HasPrefix(match.Policy, "PolicyInputList")
	if !match.OfBoundary || s.Boundary == nil {
		return match
	}
	if i := s.Boundary.statementAt(m.StartPosition, m.EndPosition); i >= 0 {
		match.Place, match.Sid = i+1, s.Boundary.statements[i].Sid
	}
	return match
}

// party says who denies. A statement that denies is the only one that IAM names.
func (s Simulation) party(v Verdict, boundary *types.PermissionsBoundaryDecisionDetail, organization *types.OrganizationsDecisionDetail) Party {
	byBoundary := boundary != nil && !boundary.AllowedByPermissionsBoundary
	switch {
	case organization != nil && !organization.AllowedByOrganizations:
		return Organization
	case v.Decision == ExplicitDeny && len(v.Statements) > 0 && !v.Statements[0].OfBoundary:
		return Identity
	case byBoundary, v.Decision == ExplicitDeny && len(v.Statements) > 0, s.Principal == "":
		return Boundary
	case boundary != nil:
		return Identity
	default:
		return Nobody
	}
}
