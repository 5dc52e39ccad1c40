package account

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer/types"

	"amplify-boundary/internal/awsapi"
)

// Validate asks IAM Access Analyzer about a policy and returns its errors and security warnings, each in a sentence,
// see https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_ValidatePolicy.html.
func Validate(ctx context.Context, cfg aws.Config, d Document) ([]string, error) {
	call := awsapi.Call{Service: "IAM Access Analyzer", Action: "access-analyzer:ValidatePolicy"}
	pages := accessanalyzer.NewValidatePolicyPaginator(accessanalyzer.NewFromConfig(awsapi.Limited(cfg)), &accessanalyzer.ValidatePolicyInput{
		PolicyDocument: &d.text, PolicyType: types.PolicyTypeIdentityPolicy, Locale: types.LocaleEn,
	})
	var list []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("validate the policy: %w", call.Explain(ctx, err))
		}
		for _, f := range page.Findings {
			switch f.FindingType {
			case types.ValidatePolicyFindingTypeError, types.ValidatePolicyFindingTypeSecurityWarning:
				list = append(list, fmt.Sprintf("%s (%s)", aws.ToString(f.FindingDetails), aws.ToString(f.IssueCode)))
			}
		}
	}
	return list, nil
}
