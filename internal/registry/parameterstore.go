package registry

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"amplify-boundary/internal/awsapi"
)

// getParameters is the one call to Parameter Store that a look-up needs.
type getParameters interface {
	GetParameters(context.Context, *ssm.GetParametersInput, ...func(*ssm.Options)) (*ssm.GetParametersOutput, error)
}

// ParameterStore reads SSM parameters, decrypted.
type ParameterStore struct{ client getParameters }

// NewParameterStore returns a source that reads the Parameter Store of a region; empty is the
// configuration's own region.
func NewParameterStore(cfg aws.Config, region string) *ParameterStore {
	return &ParameterStore{newClient(cfg, region)}
}

func newClient(cfg aws.Config, region string) *ssm.Client {
	return ssm.NewFromConfig(awsapi.Limited(cfg), func(o *ssm.Options) { o.Region = cmp.Or(region, o.Region) })
}

// Values reads up to ten parameters with one GetParameters call, see
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html.
func (p *ParameterStore) Values(ctx context.Context, names []string) (map[string]string, error) {
	answer, err := p.client.GetParameters(ctx, &ssm.GetParametersInput{Names: names, WithDecryption: aws.Bool(true)})
	if err != nil {
		return nil, callError(ctx, "ssm:GetParameters", strings.Join(names, ", "), err)
	}
	values := make(map[string]string)
	for _, parameter := range answer.Parameters {
		if parameter.Name != nil && parameter.Value != nil {
			values[*parameter.Name] = *parameter.Value
		}
	}
	for _, name := range names {
		if _, found := values[name]; !found && !slices.Contains(answer.InvalidParameters, name) {
			return nil, errIncomplete(name)
		}
	}
	return values, nil
}
