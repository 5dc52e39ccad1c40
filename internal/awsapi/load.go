// Package awsapi has what all calls to AWS share: the configuration of a Lambda function, a time limit for each
// attempt, and what a failed call means. It links no service, because the Lambda functions would pay for each one
// at every cold start: the callers, policies, stacks, and roles of an account are in the packages below it.
package awsapi

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// Load returns the configuration of a Lambda function by the environment variables that Lambda and template.yaml set,
// which mean what they mean to the SDK; an empty one is unset:
//
//	AWS_REGION                                                     the region
//	AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN    the credentials
//	AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE>                   another endpoint
//	AWS_MAX_ATTEMPTS                                               attempts
//
// The SDK's own package config reads more, but links profiles, SSO, and STS, which a Lambda function does not use. Load
// fails where a variable is malformed. Missing credentials are an error of the first call.
func Load(getenv func(string) string) (aws.Config, error) {
	cfg := aws.Config{
		Region: getenv("AWS_REGION"),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			c := aws.Credentials{
				AccessKeyID:     getenv("AWS_ACCESS_KEY_ID"),
				SecretAccessKey: getenv("AWS_SECRET_ACCESS_KEY"),
				SessionToken:    getenv("AWS_SESSION_TOKEN"),
				Source:          "environment variables",
			}
			if !c.HasKeys() {
				return aws.Credentials{}, errors.New("AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set")
			}
			return c, nil
		}),
		HTTPClient:    awshttp.NewBuildableClient(), // which honours HTTPS_PROXY and NO_PROXY
		ConfigSources: []any{variables{getenv}},
	}
	if endpoint := getenv(endpointURL); endpoint != "" {
		cfg.BaseEndpoint = aws.String(endpoint)
	}
	if text := getenv(maxAttempts); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return aws.Config{}, fmt.Errorf("%s is %q; it must be a number", maxAttempts, text)
		}
		cfg.RetryMaxAttempts = n
	}
	return cfg, nil
}

const (
	endpointURL = "AWS_ENDPOINT_URL"
	maxAttempts = "AWS_MAX_ATTEMPTS"
)

// variables reads environment variables. It is one of a configuration's sources.
type variables struct{ getenv func(string) string }

// GetServiceBaseEndpoint returns the endpoint of one service. The SDK's service clients call this method of a source, see
// its package internal/configsources.
func (v variables) GetServiceBaseEndpoint(_ context.Context, service string) (endpoint string, found bool, err error) {
	endpoint = v.getenv(endpointURL + "_" + strings.ReplaceAll(strings.ToUpper(service), " ", "_"))
	return endpoint, endpoint != "", nil
}
