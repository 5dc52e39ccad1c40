package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"golang.org/x/time/rate"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/exception"
)

// Stacks are the calls to CloudFormation that an audit makes.
type Stacks interface {
	cloudformation.DescribeStacksAPIClient
	cloudformation.ListStackResourcesAPIClient
	GetTemplate(context.Context, *cloudformation.GetTemplateInput, ...func(*cloudformation.Options)) (*cloudformation.GetTemplateOutput, error)
}

// Region is a region whose stacks are read.
type Region struct {
	Name   string
	Stacks Stacks
	Pace   *rate.Limiter // of calls; required

	Optional bool // whether the account may not have enabled it; then it has no stacks
}

// pageOfRoles is the largest page that IAM returns, and pageTimeout limits an attempt to get one. CloudFormation answers
// the calls per second without throttling.
const (
	callsPerSecond = 10

	pageOfRoles = 1000
	pageTimeout = 30 * time.Second
)

// New returns an auditor for the configuration's account and for the stacks of the regions. It waits out throttling,
// and makes at most ten calls a second in each region. If the regions are optional, the account need not have enabled
// any of them except the configuration's own.
func New(cfg aws.Config, r Registry, regions []string, optional bool) Auditor {
	const attempts = 10
	cfg = awsapi.LimitedTo(cfg, pageTimeout)
	cfg.Retryer = func() aws.Retryer {
		return retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
			o.StandardOptions = append(o.StandardOptions, func(o *retry.StandardOptions) {
				o.MaxAttempts = attempts
				o.RateLimiter = ratelimit.None // the default one allows retries for about twenty calls, not for thousands
			})
		})
	}
	a := Auditor{Registry: r, Roles: iam.NewFromConfig(cfg)}
	for _, name := range regions {
		client := cloudformation.NewFromConfig(cfg, func(o *cloudformation.Options) { o.Region = name })
		a.Regions = append(a.Regions, Region{name, client, rate.NewLimiter(callsPerSecond, 1), optional && name != cfg.Region})
	}
	return a
}

type role struct {
	name, path, arn, boundary string

	stack     *stack // nil: none that was read, or whose name the role's begins with
	isDoubted bool   // whether a stack that could not be read may contain it
}

// readRoles reads the account's roles except those of AWS's own services. See
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html.
func readRoles(ctx context.Context, client iam.GetAccountAuthorizationDetailsAPIClient) ([]role, error) {
	var roles []role
	pages := iam.NewGetAccountAuthorizationDetailsPaginator(client, &iam.GetAccountAuthorizationDetailsInput{
		Filter: []iamtypes.EntityType{iamtypes.EntityTypeRole}, MaxItems: aws.Int32(pageOfRoles),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			call := awsapi.Call{Service: "IAM", Action: "iam:GetAccountAuthorizationDetails"}
			return nil, fmt.Errorf("read the account's roles: %w", call.Explain(ctx, err))
		}
		for _, r := range page.RoleDetailList {
			found := role{name: aws.ToString(r.RoleName), path: aws.ToString(r.Path), arn: aws.ToString(r.Arn)}
			if exception.IsReserved(found.path) {
				continue
			}
			if r.PermissionsBoundary != nil {
				found.boundary = aws.ToString(r.PermissionsBoundary.PermissionsBoundaryArn)
			}
			roles = append(roles, found)
		}
	}
	return roles, nil
}

func (r Region) fail(ctx context.Context, action, what string, err error) error {
	call := awsapi.Call{Service: "CloudFormation", Action: "cloudformation:" + action}
	return fmt.Errorf("%s in %s: %w", what, r.Name, call.Explain(ctx, err))
}

// describe lists the region's stacks; with an error, the stacks that were listed before it. A region that the account has
// not enabled refuses the credentials; if it is optional, it has no stacks.
func (r Region) describe(ctx context.Context) ([]*stack, error) {
	var list []*stack
	pages := cloudformation.NewDescribeStacksPaginator(r.Stacks, &cloudformation.DescribeStacksInput{})
	for pages.HasMorePages() {
		if err := r.Pace.Wait(ctx); err != nil {
			return list, err
		}
		page, err := pages.NextPage(ctx)
		refusals := []string{"UnrecognizedClientException", "InvalidClientTokenId", "OptInRequired"}
		if err != nil && r.Optional && slices.Contains(refusals, awsapi.Code(err)) {
			return nil, nil
		}
		if err != nil {
			return list, r.fail(ctx, "DescribeStacks", "list the stacks", err)
		}
		for _, s := range page.Stacks {
			if s.StackStatus != types.StackStatusDeleteComplete && s.StackStatus != types.StackStatusReviewInProgress {
				list = append(list, newStack(r, s))
			}
		}
	}
	return list, nil
}

// readResources finds a stack's roles, and the macros that it registers.
func (s *stack) readResources(ctx context.Context) error {
	pages := cloudformation.NewListStackResourcesPaginator(s.region.Stacks, &cloudformation.ListStackResourcesInput{StackName: &s.id})
	for pages.HasMorePages() {
		if err := s.region.Pace.Wait(ctx); err != nil {
			return err
		}
		page, err := pages.NextPage(ctx)
		if isGone(err) {
			return nil
		}
		if err != nil {
			return s.region.fail(ctx, "ListStackResources", "list the resources of stack "+s.name, err)
		}
		for _, resource := range page.StackResourceSummaries {
			id := aws.ToString(resource.PhysicalResourceId)
			if id == "" || resource.ResourceStatus == types.ResourceStatusDeleteComplete || resource.ResourceStatus == types.ResourceStatusDeleteSkipped {
				continue
			}
			switch aws.ToString(resource.ResourceType) {
			case "AWS::IAM::Role":
				s.roles[id] = aws.ToString(resource.LogicalResourceId)
			case "AWS::CDK::Metadata":
				s.isCDK = true
			case "AWS::CloudFormation::Macro":
				s.macros = append(s.macros, id)
			}
		}
	}
	return nil
}

// isGone reports whether a stack does not exist, because it was deleted after it was listed.
func isGone(err error) bool {
	return awsapi.Code(err) == "ValidationError" && strings.Contains(err.Error(), "does not exist")
}

// readTemplate reads the template as its author wrote it, and finds its declaration.
func (s *stack) readTemplate(ctx context.Context, macro string) error {
	if err := s.region.Pace.Wait(ctx); err != nil {
		return err
	}
	answer, err := s.region.Stacks.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: &s.id, TemplateStage: types.TemplateStageOriginal})
	if isGone(err) {
		return nil
	}
	if err != nil {
		return s.region.fail(ctx, "GetTemplate", "read the template of stack "+s.name, err)
	}
	if err := s.readDeclarations(aws.ToString(answer.TemplateBody), macro); err != nil {
		return fmt.Errorf("read the template of stack %s in %s: %w", s.name, s.region.Name, err)
	}
	return nil
}

// nameOf returns the name in a stack's ARN, and the empty string for the empty one.
func nameOf(arn string) string {
	_, rest, _ := strings.Cut(arn, "/")
	name, _, _ := strings.Cut(rest, "/")
	return name
}
