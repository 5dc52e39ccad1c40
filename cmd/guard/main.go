// Command guard is the Lambda function of the CloudFormation hooks and of the AWS Config rule. Its settings are environment
// variables, which template.yaml sets.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/awsapi/assume"
	"amplify-boundary/internal/awsapi/compliance"
	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/registry"
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
	cfg = registry.Patient(cfg) // a hook that failed for throttling would fail a stack
	hierarchy := cfg
	if settings.RegistryRole != "" {
		hierarchy = assume.Role(cfg, settings.RegistryRole)
	}
	return guard.NewHandler(settings, registry.NewParameterStore(hierarchy, settings.ParameterRegion), compliance.NewAccount(cfg), cfg.Region, os.Stderr), nil
}
