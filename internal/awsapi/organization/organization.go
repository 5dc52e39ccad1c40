// Package organization reads the accounts of an organisation in AWS Organizations.
package organization

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"amplify-boundary/internal/awsapi"
)

var errNone = errors.New("the caller's account belongs to no organisation with active accounts; name the accounts")

// ActiveAccounts lists the IDs of the active accounts of the caller's organisation, sorted. Only the management account
// and delegated administrators can ask, see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html.
func ActiveAccounts(ctx context.Context, cfg aws.Config) ([]string, error) {
	call := awsapi.Call{Service: "Organizations", Action: "organizations:ListAccounts", Also: "call from the management account or from a delegated administrator's"}
	var ids []string
	pages := organizations.NewListAccountsPaginator(organizations.NewFromConfig(awsapi.Limited(cfg)), &organizations.ListAccountsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if notInUse := (*types.AWSOrganizationsNotInUseException)(nil); errors.As(err, &notInUse) {
			return nil, errNone
		}
		if err != nil {
			return nil, fmt.Errorf("list the accounts of the organisation: %w", call.Explain(ctx, err))
		}
		for _, account := range page.Accounts {
			// An older endpoint gives no state, only a status.
			if account.State == types.AccountStateActive || account.State == "" && account.Status == types.AccountStatusActive {
				ids = append(ids, aws.ToString(account.Id))
			}
		}
	}
	if len(ids) == 0 {
		return nil, errNone
	}
	slices.Sort(ids)
	return ids, nil
}
