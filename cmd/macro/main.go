// Command macro is the Lambda function of the CloudFormation macro. Its settings are environment
// variables, which template.yaml sets.
package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"

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

// handler is the macro. On requests much longer than any template, it trades time for memory.
type handler struct{ *macro.Handler }

func newHandler() (handler, error) {
	settings, err := macro.ReadSettings(os.Getenv)
	if err != nil {
		return handler{}, err
	}
	cfg, err := awsapi.Load(os.Getenv)
	if err != nil {
		return handler{}, err
	}
	var templates nested.Store
	if settings.NestedStacks != nested.Ignore {
		templates = nested.NewS3(cfg, settings.NestedBucket)
	}
	return handler{macro.NewHandler(settings, registry.NewParameterStore(cfg, settings.ParameterRegion), templates, os.Stderr)}, nil
}

// Invoke answers a request, see [macro.Handler.Invoke].
func (h handler) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	const long = 2 << 20 // bytes; a template has at most 1 MB
	if len(payload) > long {
		debug.SetGCPercent(50) // not before, so that a start waits for no collection
	}
	return h.Handler.Invoke(ctx, payload)
}
