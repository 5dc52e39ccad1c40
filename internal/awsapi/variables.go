package awsapi

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// variables reads environment variables. As one of a configuration's sources it is asked by every service
// client, by the methods that begin with Get, which are the SDK's: see its package
// internal/configsources.
type variables struct{ getenv func(string) string }

// GetServiceBaseEndpoint returns the endpoint that is set for one service.
func (v variables) GetServiceBaseEndpoint(_ context.Context, service string) (endpoint string, found bool, err error) {
	endpoint = v.getenv(endpointURL + "_" + strings.ReplaceAll(strings.ToUpper(service), " ", "_"))
	return endpoint, endpoint != "", nil
}

// GetIgnoreConfiguredEndpoints returns whether endpoints that are set count.
func (v variables) GetIgnoreConfiguredEndpoints(context.Context) (ignored, found bool, err error) {
	return v.flag(ignoreEndpoints)
}

// GetUseFIPSEndpoint returns whether AWS's FIPS endpoints are wanted.
func (v variables) GetUseFIPSEndpoint(context.Context) (aws.FIPSEndpointState, bool, error) {
	wanted, found, err := v.flag(useFIPS)
	if wanted {
		return aws.FIPSEndpointStateEnabled, found, err
	}
	return aws.FIPSEndpointStateDisabled, found, err
}

// GetUseDualStackEndpoint returns whether AWS's dual-stack endpoints are wanted.
func (v variables) GetUseDualStackEndpoint(context.Context) (aws.DualStackEndpointState, bool, error) {
	wanted, found, err := v.flag(useDualStack)
	if wanted {
		return aws.DualStackEndpointStateEnabled, found, err
	}
	return aws.DualStackEndpointStateDisabled, found, err
}

// flag reads a variable that is true or false, in any case.
func (v variables) flag(name string) (value, found bool, err error) {
	switch text := v.getenv(name); strings.ToLower(text) {
	case "":
		return false, false, nil
	case "true":
		return true, true, nil
	case "false":
		return false, true, nil
	default:
		return false, false, fmt.Errorf("%s is %q; it must be true or false", name, text)
	}
}
