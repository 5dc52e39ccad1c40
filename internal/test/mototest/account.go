package mototest

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// AccountConfig returns the configuration of an AWS SDK client that calls moto as a principal of another account. In moto,
// anyone can assume a role, which need not exist, and then belongs to the role's account.
func AccountConfig(t testing.TB, endpoint, region, accountID string) aws.Config {
	t.Helper()
	return AssumeRole(t, Config(endpoint, region), "arn:aws:iam::"+accountID+":role/deployer")
}

// AssumeRole returns the caller's configuration with a session of a role.
func AssumeRole(t testing.TB, caller aws.Config, roleARN string) aws.Config {
	t.Helper()
	session, err := sts.NewFromConfig(caller).AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String(roleARN), RoleSessionName: aws.String("test"),
	})
	if err != nil {
		t.Fatal(err)
	}
	assumed := caller.Copy()
	c := session.Credentials
	assumed.Credentials = credentials.NewStaticCredentialsProvider(aws.ToString(c.AccessKeyId), aws.ToString(c.SecretAccessKey), aws.ToString(c.SessionToken))
	return assumed
}
