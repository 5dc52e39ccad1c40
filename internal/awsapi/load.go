// Package awsapi has what all calls to AWS share: the configuration of a Lambda function, a time limit for each
// attempt, and what a failed call means. It links no service, because the Lambda functions would pay for each one
// at every cold start: the callers, policies, stacks, and roles of an account are in the packages below it.
//
// [Load] reads environment variables alone, as Lambda and the operator of a function set them. The SDK's own
// package config honours the same ones, but links profiles, SSO, and STS, which a Lambda function does not use.
// Each variable has the meaning that the SDK gives it; an empty one is unset:
//
//	AWS_REGION, AWS_DEFAULT_REGION                                 the region
//	AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN    the credentials
//	AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_<SERVICE>                   another endpoint
//	AWS_IGNORE_CONFIGURED_ENDPOINT_URLS                            the endpoints above do not count
//	AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT              another of AWS's own endpoints
//	AWS_MAX_ATTEMPTS, AWS_RETRY_MODE                               attempts
//	AWS_CA_BUNDLE                                                  a file of certificates to trust
//
// The SDK's HTTP client itself honours HTTPS_PROXY and NO_PROXY. See
// https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html.
package awsapi

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// Load returns the configuration. It fails where a variable is malformed, or the certificates cannot be read. Missing
// credentials are an error of the first call.
func Load(getenv func(string) string) (aws.Config, error) {
	v := variables{getenv}
	attempts, attemptsErr := v.attempts()
	mode, modeErr := v.retryMode()
	client, clientErr := v.client()
	ignored, _, ignoredErr := v.flag(ignoreEndpoints)
	_, _, fipsErr := v.flag(useFIPS)
	_, _, dualStackErr := v.flag(useDualStack)
	if err := errors.Join(attemptsErr, modeErr, clientErr, ignoredErr, fipsErr, dualStackErr); err != nil {
		return aws.Config{}, err
	}
	cfg := aws.Config{
		Region:           cmp.Or(getenv("AWS_REGION"), getenv("AWS_DEFAULT_REGION")),
		Credentials:      aws.CredentialsProviderFunc(v.credentials),
		RetryMaxAttempts: attempts,
		RetryMode:        mode,
		HTTPClient:       client,
		ConfigSources:    []any{v},
	}
	if endpoint := getenv(endpointURL); endpoint != "" && !ignored {
		cfg.BaseEndpoint = aws.String(endpoint)
	}
	return cfg, nil
}

const (
	endpointURL     = "AWS_ENDPOINT_URL"
	ignoreEndpoints = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
	useFIPS         = "AWS_USE_FIPS_ENDPOINT"
	useDualStack    = "AWS_USE_DUALSTACK_ENDPOINT"
	maxAttempts     = "AWS_MAX_ATTEMPTS"
	retryMode       = "AWS_RETRY_MODE"
	caBundle        = "AWS_CA_BUNDLE"
)

func (v variables) credentials(context.Context) (aws.Credentials, error) {
	c := aws.Credentials{
		AccessKeyID:     v.getenv("AWS_ACCESS_KEY_ID"),
		SecretAccessKey: v.getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken:    v.getenv("AWS_SESSION_TOKEN"),
		Source:          "environment variables",
	}
	if !c.HasKeys() {
		return aws.Credentials{}, errors.New("AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set")
	}
	return c, nil
}

func (v variables) attempts() (int, error) {
	text := v.getenv(maxAttempts)
	if text == "" {
		return 0, nil // the SDK's own choice
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%s is %q; it must be a number", maxAttempts, text)
	}
	return n, nil
}

func (v variables) retryMode() (aws.RetryMode, error) {
	text := v.getenv(retryMode)
	if text == "" {
		return "", nil // the SDK's own choice
	}
	mode, err := aws.ParseRetryMode(text)
	if err != nil {
		return "", fmt.Errorf("%s is %q; it must be standard or adaptive", retryMode, text)
	}
	return mode, nil
}

// client returns the SDK's HTTP client. Where a bundle of certificates is set, it trusts only those.
func (v variables) client() (*awshttp.BuildableClient, error) {
	client := awshttp.NewBuildableClient()
	file := v.getenv(caBundle)
	if file == "" {
		return client, nil
	}
	bundle, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", caBundle, err)
	}
	certificates := x509.NewCertPool()
	if !certificates.AppendCertsFromPEM(bundle) {
		return nil, fmt.Errorf("%s: %s holds no certificate in PEM form", caBundle, file)
	}
	return client.WithTransportOptions(func(t *http.Transport) {
		if t.TLSClientConfig == nil {
			t.TLSClientConfig = &tls.Config{}
		}
		t.TLSClientConfig.RootCAs = certificates
	}), nil
}
