// Command macro is the Lambda function of the CloudFormation macro. Its settings are environment
// variables, which template.yaml sets.
package main

import (
	"cmp"
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/registry"
)

func main() {
	settings, err := macro.ReadSettings(os.Getenv)
	cfg, cfgErr := awsapi.Load(os.Getenv)
	if err = cmp.Or(err, cfgErr); err != nil {
		fmt.Fprintln(os.Stderr, "amplify-boundary macro: error:", err)
		os.Exit(1)
	}
	var templates nested.Store
	if settings.NestedStacks != nested.Ignore {
		templates = nested.NewS3(cfg, settings.NestedBucket)
	}
	lambda.Start(macro.NewHandler(settings, registry.NewParameterStore(cfg, settings.ParameterRegion), templates, os.Stderr))
}
