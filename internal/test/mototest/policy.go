package mototest

import (
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"amplify-boundary/internal/test/must"
)

// CreatePolicy creates a managed policy. A name with slashes is a path and a name.
func CreatePolicy(t testing.TB, cfg aws.Config, name, document string) {
	t.Helper()
	dir, base := filepath.Split("/" + name)
	_, err := iam.NewFromConfig(cfg).CreatePolicy(t.Context(), &iam.CreatePolicyInput{
		Path: aws.String(dir), PolicyName: aws.String(base), PolicyDocument: aws.String(document),
	})
	must.Succeed(t, err)
}
