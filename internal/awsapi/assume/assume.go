// Package assume makes calls to AWS by a role, such as the one by which the accounts of an organisation read a central
// registry.
package assume

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"amplify-boundary/internal/awsapi"
)

// RolePattern matches the ARN of a role, and RoleRule is the pattern in words. See
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html.
const (
	RolePattern = `arn:aws(-[a-z]{1,10}){0,3}:iam::[0-9]{12}:role/[A-Za-z0-9_+=,.@/-]{0,511}[A-Za-z0-9_+=,.@-]`
	RoleRule    = "the ARN of a role, such as arn:aws:iam::123456789012:role/reader"
)

// ValidRole reports whether a string matches [RolePattern].
func ValidRole(arn string) bool {
	return regexp.MustCompile(`\A` + RolePattern + `\z`).MatchString(arn)
}

// AccountOf returns the ID of a role's account. The ARN must be valid.
func AccountOf(arn string) string { return strings.Split(arn, ":")[4] }

// Role returns a configuration whose calls are made by a role. The first call assumes it, with the credentials and in the
// region of the configuration, and a later call again before the session ends; see
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html. Where that fails, the error of the call says
// so: see [awsapi.CredentialsError].
func Role(cfg aws.Config, arn string) aws.Config {
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(awsapi.Limited(cfg)), arn, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = "amplify-boundary" // names the calls in CloudTrail
	})
	cfg.Credentials = aws.NewCredentialsCache(aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
		credentials, err := provider.Retrieve(ctx)
		if err != nil {
			call := awsapi.Call{Service: "STS", Action: "sts:AssumeRole", Also: "check that the role exists and trusts the caller's account: " +
				"template.yaml and member.template.yaml have such roles, with OrganizationId"}
			return aws.Credentials{}, &awsapi.CredentialsError{Err: fmt.Errorf("assume role %s: %w", arn, call.Explain(ctx, err))}
		}
		return credentials, nil
	}))
	return cfg
}
