// Command bare is a Lambda function that does nothing: what a cold start costs before any work.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
)

type handler struct{}

// Invoke answers as a macro that has left a fragment as it was.
func (handler) Invoke(context.Context, []byte) ([]byte, error) {
	return []byte(`{"requestId":"bare","status":"success","fragment":{}}`), nil
}

func main() { lambda.Start(handler{}) }
