// Command macro is the Lambda function of the CloudFormation macro. Its settings are environment
// variables, which template.yaml sets.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/registry"
)

func main() {
	handler, err := newHandler()
	if err != nil {
		fmt.Fprintln(os.Stderr, "amplify-boundary macro: error:", err)
		os.Exit(1)
	}
	lambda.Start(handler)
}

func newHandler() (*macro.Handler, error) {
	settings, err := macro.ReadSettings(os.Getenv)
	if err != nil {
		return nil, err
	}
	cfg, err := awsapi.Load(os.Getenv)
	if err != nil {
		return nil, err
	}
	var templates nested.Store
	if settings.NestedStacks != nested.Ignore {
		templates = nested.NewS3(cfg, settings.NestedBucket)
	}
	return macro.NewHandler(settings, registry.NewParameterStore(cfg, settings.ParameterRegion), templates, os.Stderr), nil
}
