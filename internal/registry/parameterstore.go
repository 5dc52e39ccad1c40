package registry

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// getParameters is the one call to Parameter Store that a look-up needs.
type getParameters interface {
	GetParameters(context.Context, *ssm.GetParametersInput, ...func(*ssm.Options)) (*ssm.GetParametersOutput, error)
}

// ParameterStore reads SSM parameters, decrypted.
type ParameterStore struct{ client getParameters }

// attemptTimeout leaves time for the SDK's further attempts when one gets no answer.
const attemptTimeout = 5 * time.Second

// NewParameterStore returns a source that reads the Parameter Store of a region; empty is the
// configuration's own region.
func NewParameterStore(cfg aws.Config, region string) *ParameterStore {
	return &ParameterStore{ssm.NewFromConfig(cfg, func(o *ssm.Options) {
		o.Region = cmp.Or(region, o.Region)
		o.HTTPClient = awshttp.NewBuildableClient().WithTimeout(attemptTimeout)
	})}
}

// Values reads up to ten parameters with one GetParameters call, see
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html.
func (p *ParameterStore) Values(ctx context.Context, names []string) (map[string]string, error) {
	answer, err := p.client.GetParameters(ctx, &ssm.GetParametersInput{Names: names, WithDecryption: aws.Bool(true)})
	if err != nil {
		return nil, fmt.Errorf("read SSM parameters %s: %w", strings.Join(names, ", "), explained(ctx, err))
	}
	values := make(map[string]string)
	for _, parameter := range answer.Parameters {
		if parameter.Name != nil && parameter.Value != nil {
			values[*parameter.Name] = *parameter.Value
		}
	}
	for _, name := range names {
		if _, found := values[name]; !found && !slices.Contains(answer.InvalidParameters, name) {
			return nil, fmt.Errorf("read SSM parameters: the answer says nothing about %s; try again, and check the endpoint if one is set", name)
		}
	}
	return values, nil
}
