// Command guard is the Lambda function of the CloudFormation hooks and of the AWS Config rule. Its settings are environment
// variables, which template.yaml sets.
package main

import (
	"cmp"
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
	settings, err := guard.ReadSettings(os.Getenv)
	cfg, cfgErr := awsapi.Load(os.Getenv)
	if err = cmp.Or(err, cfgErr); err != nil {
		fmt.Fprintln(os.Stderr, "amplify-boundary guard: error:", err)
		os.Exit(1)
	}
	cfg = registry.Patient(cfg) // a hook that failed for throttling would fail a stack
	hierarchy := cfg
	if settings.RegistryRole != "" {
		hierarchy = assume.Role(cfg, settings.RegistryRole)
	}
	lambda.Start(guard.NewHandler(settings, registry.NewParameterStore(hierarchy, settings.ParameterRegion), compliance.NewAccount(cfg), cfg.Region, os.Stderr))
}
