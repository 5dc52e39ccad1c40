// Command guard is the Lambda function behind the CloudFormation hooks. Its settings are environment
// variables, which template.yaml sets.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"

	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/registry"
)

// attempts lets the SDK wait out throttling for as long as the guard has time.
const attempts = 10

func main() {
	handler, err := newHandler(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "amplify-boundary guard: error:", err)
		os.Exit(1)
	}
	lambda.Start(handler)
}

func newHandler(ctx context.Context) (*guard.Handler, error) {
	settings, err := guard.ReadSettings(os.Getenv)
	if err != nil {
		return nil, err
	}
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRetryMaxAttempts(attempts))
	if err != nil {
		return nil, err
	}
	return guard.NewHandler(settings, registry.NewPathReader(cfg, settings.ParameterRegion), cfg.Region, os.Stderr), nil
}
