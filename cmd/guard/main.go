// Command guard is the Lambda function of the CloudFormation hooks and of the AWS Config rule. Its settings are environment
// variables, which template.yaml sets.
package main

import (
	"cmp"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/awsapi/assume"
	"amplify-boundary/internal/awsapi/compliance"
	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/registry"
)

// A hook that failed for throttling would fail a stack, so it is waited out for as long as the guard has
// time: by more attempts than the SDK makes of itself, and shorter pauses.
const (
	attempts = 20
	pause    = time.Second
)

func main() {
	handler, err := newHandler()
	if err != nil {
		fmt.Fprintln(os.Stderr, "amplify-boundary guard: error:", err)
		os.Exit(1)
	}
	lambda.Start(handler)
}

func newHandler() (*guard.Handler, error) {
	settings, err := guard.ReadSettings(os.Getenv)
	if err != nil {
		return nil, err
	}
	cfg, err := awsapi.Load(os.Getenv)
	if err != nil {
		return nil, err
	}
	maxAttempts := cmp.Or(cfg.RetryMaxAttempts, attempts)
	cfg.Retryer = func() aws.Retryer {
		return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxAttempts, o.MaxBackoff = maxAttempts, pause })
	}
	hierarchy := cfg
	if settings.RegistryRole != "" {
		hierarchy = assume.Role(cfg, settings.RegistryRole)
	}
	return guard.NewHandler(settings, registry.NewParameterStore(hierarchy, settings.ParameterRegion), compliance.NewAccount(cfg), cfg.Region, os.Stderr), nil
}
