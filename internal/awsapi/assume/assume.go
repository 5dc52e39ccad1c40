// Package assume gives calls to AWS the credentials of a role, such as one that the account of a central
// registry has for the accounts of its organisation.
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

// ValidRole reports whether a text is the ARN of a role.
func ValidRole(arn string) bool {
	return regexp.MustCompile(`\A` + RolePattern + `\z`).MatchString(arn)
}

// AccountOf returns the ID of the account that has a role, whose ARN must be valid.
func AccountOf(arn string) string { return strings.Split(arn, ":")[4] }

// session is how CloudTrail names what this program does by a role.
const session = "amplify-boundary"

// Role returns a configuration whose calls are made by a role. The role is assumed with the credentials and in
// the region of the configuration, when the first call is made, and again before its session ends; see
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html. A call that fails because it cannot be
// assumed says so: see [awsapi.CredentialsError].
func Role(cfg aws.Config, arn string) aws.Config {
	provider := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(awsapi.Limited(cfg)), arn, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = session
	})
	cfg.Credentials = aws.NewCredentialsCache(explained{provider, arn})
	return cfg
}

// explained gives a role's credentials, or says why there are none.
type explained struct {
	aws.CredentialsProvider
	arn string
}

func (e explained) Retrieve(ctx context.Context) (aws.Credentials, error) {
	credentials, err := e.CredentialsProvider.Retrieve(ctx)
	if err != nil {
		call := awsapi.Call{Service: "STS", Action: "sts:AssumeRole", Also: "check that the role trusts this account, " +
			"as template.yaml has it where OrganizationId is that of both accounts"}
		return aws.Credentials{}, &awsapi.CredentialsError{Err: fmt.Errorf("assume role %s: %w", e.arn, call.Explain(ctx, err))}
	}
	return credentials, nil
}
