package registry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// description tells whoever finds a parameter what it is for.
const description = "Permissions boundary of an environment, kept by amplify-boundary"

// operatorCalls are the calls to Parameter Store that keeping a registry needs besides a look-up.
type operatorCalls interface {
	getParameters
	ssm.GetParametersByPathAPIClient
	ssm.GetParameterHistoryAPIClient
	ssm.DescribeParametersAPIClient
	PutParameter(context.Context, *ssm.PutParameterInput, ...func(*ssm.Options)) (*ssm.PutParameterOutput, error)
	DeleteParameter(context.Context, *ssm.DeleteParameterInput, ...func(*ssm.Options)) (*ssm.DeleteParameterOutput, error)
}

// OperatorStore is the [Store] in Parameter Store.
type OperatorStore struct {
	*ParameterStore
	client operatorCalls
}

// NewOperatorStore returns the store in the configuration's region.
func NewOperatorStore(cfg aws.Config) *OperatorStore {
	client := newClient(cfg, "")
	return &OperatorStore{&ParameterStore{client}, client}
}

// Parameter reads one parameter.
func (s *OperatorStore) Parameter(ctx context.Context, name string) (Parameter, bool, error) {
	answer, err := s.client.GetParameters(ctx, &ssm.GetParametersInput{Names: []string{name}, WithDecryption: aws.Bool(true)})
	switch {
	case err != nil:
		return Parameter{}, false, failed(ctx, "ssm:GetParameters", name, err)
	case len(answer.Parameters) == 1 && aws.ToString(answer.Parameters[0].Name) == name:
		return parameter(answer.Parameters[0]), true, nil
	case slices.Contains(answer.InvalidParameters, name):
		return Parameter{}, false, nil
	default:
		return Parameter{}, false, incomplete(name)
	}
}

// List reads the parameters below a path.
func (s *OperatorStore) List(ctx context.Context, path string) ([]Parameter, error) {
	var list []Parameter
	pages := ssm.NewGetParametersByPathPaginator(s.client, &ssm.GetParametersByPathInput{
		Path:           aws.String(path),
		Recursive:      aws.Bool(true),
		WithDecryption: aws.Bool(true),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failed(ctx, "ssm:GetParametersByPath", path, err)
		}
		for _, p := range page.Parameters {
			list = append(list, parameter(p))
		}
	}
	slices.SortFunc(list, func(a, b Parameter) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

// Add writes a new parameter as a String: a boundary is no secret.
func (s *OperatorStore) Add(ctx context.Context, name, value string) error {
	_, err := s.client.PutParameter(ctx, &ssm.PutParameterInput{
		Name:        aws.String(name),
		Value:       aws.String(value),
		Type:        types.ParameterTypeString,
		Description: aws.String(description),
	})
	if exists := (*types.ParameterAlreadyExists)(nil); errors.As(err, &exists) {
		return fmt.Errorf("SSM parameter %s: %w", name, ErrExists)
	}
	if err != nil {
		return failed(ctx, "ssm:PutParameter", name, err)
	}
	return nil
}

// Replace reads the parameter once more just before it writes. Parameter Store has no conditional write,
// so the version that it returns tells whether another write came between.
func (s *OperatorStore) Replace(ctx context.Context, read Parameter, value string) (int64, error) {
	now, found, err := s.Parameter(ctx, read.Name)
	if err != nil {
		return 0, err
	}
	if !found || now != read {
		return 0, fmt.Errorf("SSM parameter %s: %w", read.Name, ErrChanged)
	}
	input := &ssm.PutParameterInput{
		Name:        aws.String(read.Name),
		Value:       aws.String(value),
		Type:        types.ParameterTypeString,
		Overwrite:   aws.Bool(true),
		Description: aws.String(description),
	}
	if read.Encrypted {
		input.Type = types.ParameterTypeSecureString
		if input.KeyId, err = s.key(ctx, read.Name); err != nil {
			return 0, err
		}
	}
	written, err := s.client.PutParameter(ctx, input)
	if err != nil {
		return 0, failed(ctx, "ssm:PutParameter", read.Name, err)
	}
	return written.Version, nil
}

// key returns the KMS key of a SecureString; without it a write would go over to the account's default key.
func (s *OperatorStore) key(ctx context.Context, name string) (*string, error) {
	pages := ssm.NewDescribeParametersPaginator(s.client, &ssm.DescribeParametersInput{
		ParameterFilters: []types.ParameterStringFilter{{Key: aws.String("Name"), Values: []string{name}}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failed(ctx, "ssm:DescribeParameters", name, err)
		}
		for _, p := range page.Parameters {
			if aws.ToString(p.Name) == name {
				return p.KeyId, nil
			}
		}
	}
	return nil, incomplete(name)
}

// Remove deletes a parameter.
func (s *OperatorStore) Remove(ctx context.Context, name string) error {
	_, err := s.client.DeleteParameter(ctx, &ssm.DeleteParameterInput{Name: aws.String(name)})
	if missing := (*types.ParameterNotFound)(nil); err == nil || errors.As(err, &missing) {
		return nil
	}
	return failed(ctx, "ssm:DeleteParameter", name, err)
}

// History lists the versions that Parameter Store keeps: the last 100.
func (s *OperatorStore) History(ctx context.Context, name string) ([]Version, error) {
	var versions []Version
	pages := ssm.NewGetParameterHistoryPaginator(s.client, &ssm.GetParameterHistoryInput{Name: aws.String(name), WithDecryption: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, failed(ctx, "ssm:GetParameterHistory", name, err)
		}
		for _, v := range page.Parameters {
			versions = append(versions, Version{v.Version, aws.ToTime(v.LastModifiedDate), aws.ToString(v.LastModifiedUser), aws.ToString(v.Value)})
		}
	}
	slices.SortFunc(versions, func(a, b Version) int { return cmp.Compare(b.Number, a.Number) })
	return versions, nil
}

func parameter(p types.Parameter) Parameter {
	return Parameter{aws.ToString(p.Name), aws.ToString(p.Value), p.Version, p.Type == types.ParameterTypeSecureString}
}
