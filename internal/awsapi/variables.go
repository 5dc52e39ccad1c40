package awsapi

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// variables reads environment variables. It is one of a configuration's sources: the SDK's service clients call the
// methods that begin with Get, see its package internal/configsources.
type variables struct{ getenv func(string) string }

// GetServiceBaseEndpoint returns the endpoint of one service.
func (v variables) GetServiceBaseEndpoint(_ context.Context, service string) (endpoint string, found bool, err error) {
	endpoint = v.getenv(endpointURL + "_" + strings.ReplaceAll(strings.ToUpper(service), " ", "_"))
	return endpoint, endpoint != "", nil
}

// GetIgnoreConfiguredEndpoints returns whether endpoints that are set are ignored.
func (v variables) GetIgnoreConfiguredEndpoints(context.Context) (ignored, found bool, err error) {
	return v.flag(ignoreEndpoints)
}

// GetUseFIPSEndpoint returns whether to use AWS's FIPS endpoints.
func (v variables) GetUseFIPSEndpoint(context.Context) (aws.FIPSEndpointState, bool, error) {
	wanted, found, err := v.flag(useFIPS)
	if wanted {
		return aws.FIPSEndpointStateEnabled, found, err
	}
	return aws.FIPSEndpointStateDisabled, found, err
}

// GetUseDualStackEndpoint returns whether to use AWS's dual-stack endpoints.
func (v variables) GetUseDualStackEndpoint(context.Context) (aws.DualStackEndpointState, bool, error) {
	wanted, found, err := v.flag(useDualStack)
	if wanted {
		return aws.DualStackEndpointStateEnabled, found, err
	}
	return aws.DualStackEndpointStateDisabled, found, err
}

// flag reads a variable that is true or false, in upper or lower case.
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
