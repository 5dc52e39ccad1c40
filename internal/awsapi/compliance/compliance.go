// Package compliance is what a rule of AWS Config asks of the account that it works for, and how it reports what it
// found. The guard's function links it; only that function reports.
package compliance

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
	configtypes "github.com/aws/aws-sdk-go-v2/service/configservice/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/cfn"
)

// AnnotationLimit is how many characters an annotation can have.
const AnnotationLimit = 256

// The results of an evaluation.
const (
	Compliant     = string(configtypes.ComplianceTypeCompliant)
	NonCompliant  = string(configtypes.ComplianceTypeNonCompliant)
	NotApplicable = string(configtypes.ComplianceTypeNotApplicable)
)

// Evaluation is what a rule found about a resource, see
// https://docs.aws.amazon.com/config/latest/APIReference/API_Evaluation.html.
type Evaluation struct {
	ResourceType string    `json:"ComplianceResourceType"`
	ResourceID   string    `json:"ComplianceResourceId"`
	Result       string    `json:"ComplianceType"`
	Annotation   string    `json:"Annotation"`        // why; at most [AnnotationLimit] characters
	Time         time.Time `json:"OrderingTimestamp"` // when the resource was as it was evaluated
}

// Account is the account of the credentials, in their region.
type Account struct{ cfg aws.Config }

// NewAccount returns the account of the credentials.
func NewAccount(cfg aws.Config) Account { return Account{awsapi.Limited(cfg)} }

// StackOf returns the name of the stack that has a role or a user, by its name; empty where no stack of the region
// has it.
func (a Account) StackOf(ctx context.Context, resourceType, name string) (string, error) {
	stack, err := account.StackOf(ctx, a.cfg, resourceType, name)
	if errors.Is(err, account.ErrNoStack) {
		return "", nil
	}
	return stack, err
}

// Identity is a role or a user, as IAM has it now.
type Identity struct {
	Path     string
	Boundary string // the ARN of its permissions boundary; empty for none
}

// Identity reads a role or a user by its name, and reports whether it exists.
func (a Account) Identity(ctx context.Context, resourceType, name string) (found Identity, exists bool, err error) {
	client := iam.NewFromConfig(a.cfg)
	call := awsapi.Call{Service: "IAM", Action: "iam:GetRole"}
	var path *string
	var attached *iamtypes.AttachedPermissionsBoundary
	if resourceType == cfn.TypeUser {
		call.Action = "iam:GetUser"
		var answer *iam.GetUserOutput
		if answer, err = client.GetUser(ctx, &iam.GetUserInput{UserName: aws.String(name)}); err == nil {
			path, attached = answer.User.Path, answer.User.PermissionsBoundary
		}
	} else {
		var answer *iam.GetRoleOutput
		if answer, err = client.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(name)}); err == nil {
			path, attached = answer.Role.Path, answer.Role.PermissionsBoundary
		}
	}
	if missing := (*iamtypes.NoSuchEntityException)(nil); errors.As(err, &missing) {
		return Identity{}, false, nil
	}
	if err != nil {
		return Identity{}, false, fmt.Errorf("ask IAM for %s %s: %w", resourceType, name, call.Explain(ctx, err))
	}
	found.Path = aws.ToString(path)
	if attached != nil {
		found.Boundary = aws.ToString(attached.PermissionsBoundaryArn)
	}
	return found, true, nil
}

// Report gives AWS Config an evaluation. The token is that of the event which asked for it, see
// https://docs.aws.amazon.com/config/latest/APIReference/API_PutEvaluations.html.
func (a Account) Report(ctx context.Context, token string, e Evaluation) error {
	call := awsapi.Call{Service: "AWS Config", Action: "config:PutEvaluations"}
	answer, err := configservice.NewFromConfig(a.cfg).PutEvaluations(ctx, &configservice.PutEvaluationsInput{
		ResultToken: aws.String(token),
		Evaluations: []configtypes.Evaluation{{
			ComplianceResourceType: aws.String(e.ResourceType),
			ComplianceResourceId:   aws.String(e.ResourceID),
			ComplianceType:         configtypes.ComplianceType(e.Result),
			Annotation:             aws.String(e.Annotation),
			OrderingTimestamp:      aws.Time(e.Time),
		}},
	})
	switch {
	case err != nil:
		return fmt.Errorf("report to AWS Config: %w", call.Explain(ctx, err))
	case len(answer.FailedEvaluations) > 0:
		return errors.New("AWS Config did not accept the evaluation; it is tried again when the resource changes, and once a day")
	default:
		return nil
	}
}
