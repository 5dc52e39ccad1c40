package registry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// What a parameter is for, to whoever finds it.
const (
	description        = "Permissions boundary of an environment, kept by amplify-boundary"
	accountDescription = "Environment that an account is fixed to, kept by amplify-boundary"
)

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
type OperatorStore struct{ client operatorCalls }

// NewOperatorStore returns the store in the configuration's region.
func NewOperatorStore(cfg aws.Config) *OperatorStore {
	return &OperatorStore{newClient(cfg, "")}
}

// Values reads up to ten parameters with one GetParameters call.
func (s *OperatorStore) Values(ctx context.Context, names []string) (map[string]string, error) {
	return (&ParameterStore{s.client}).Values(ctx, names)
}

// Parameter reads one parameter.
func (s *OperatorStore) Parameter(ctx context.Context, name string) (Parameter, bool, error) {
	answer, err := s.client.GetParameters(ctx, &ssm.GetParametersInput{Names: []string{name}, WithDecryption: aws.Bool(true)})
	switch {
	case err != nil:
		return Parameter{}, false, callError(ctx, "ssm:GetParameters", name, err)
	case len(answer.Parameters) == 1 && aws.ToString(answer.Parameters[0].Name) == name:
		return parameter(answer.Parameters[0]), true, nil
	case slices.Contains(answer.InvalidParameters, name):
		return Parameter{}, false, nil
	default:
		return Parameter{}, false, errIncomplete(name)
	}
}

// List reads the parameters below a path.
func (s *OperatorStore) List(ctx context.Context, path string) ([]Parameter, error) {
	return (&PathReader{s.client}).List(ctx, path)
}

// Add writes a new parameter as a String: a boundary is no secret.
func (s *OperatorStore) Add(ctx context.Context, name, value string) error {
	what := description
	if strings.Contains(name, "/"+accounts+"/") {
		what = accountDescription
	}
	_, err := s.client.PutParameter(ctx, &ssm.PutParameterInput{
		Name:        aws.String(name),
		Value:       aws.String(value),
		Type:        types.ParameterTypeString,
		Description: aws.String(what),
	})
	if exists := (*types.ParameterAlreadyExists)(nil); errors.As(err, &exists) {
		return s.existing(ctx, name, value)
	}
	if err != nil {
		return callError(ctx, "ssm:PutParameter", name, err)
	}
	return nil
}

// existing fails with [ErrExists], unless a parameter is as Add has just tried to make it: an attempt that
// got no answer in time may have made it, and the SDK tries again.
func (s *OperatorStore) existing(ctx context.Context, name, value string) error {
	now, found, err := s.Parameter(ctx, name)
	if err != nil {
		return err
	}
	if found && now == (Parameter{Name: name, Value: value, Version: 1}) {
		return nil
	}
	return fmt.Errorf("SSM parameter %s: %w", name, ErrExists)
}

// Replace writes everything but the value as it is: type, tier, key, description, pattern and data type.
// Tags and policies stay by themselves. It reads the parameter once more just before it writes; Parameter
// Store has no conditional write, so a write that comes between shows in the version that Replace returns.
func (s *OperatorStore) Replace(ctx context.Context, read Parameter, value string) (int64, error) {
	is, found, err := s.metadata(ctx, read.Name)
	if err != nil {
		return 0, err
	}
	if err := s.unchanged(ctx, read); err != nil {
		return 0, err
	}
	if !found {
		return 0, errIncomplete(read.Name)
	}
	written, err := s.client.PutParameter(ctx, &ssm.PutParameterInput{
		Name:           aws.String(read.Name),
		Value:          aws.String(value),
		Overwrite:      aws.Bool(true),
		Type:           is.Type,
		Tier:           is.Tier,  // left out, it becomes the account's default
		KeyId:          is.KeyId, // left out, it becomes the account's default
		Description:    is.Description,
		AllowedPattern: is.AllowedPattern,
		DataType:       is.DataType,
	})
	if err != nil {
		return 0, callError(ctx, "ssm:PutParameter", read.Name, err)
	}
	return written.Version, nil
}

// metadata reads what a parameter has beside its value.
func (s *OperatorStore) metadata(ctx context.Context, name string) (is types.ParameterMetadata, found bool, err error) {
	pages := ssm.NewDescribeParametersPaginator(s.client, &ssm.DescribeParametersInput{
		ParameterFilters: []types.ParameterStringFilter{{Key: aws.String("Name"), Values: []string{name}}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return is, false, callError(ctx, "ssm:DescribeParameters", name, err)
		}
		for _, p := range page.Parameters {
			if aws.ToString(p.Name) == name {
				return p, true, nil
			}
		}
	}
	return is, false, nil
}

// Remove reads the parameter once more just before it deletes it. One that is gone after that is no error:
// an attempt that got no answer in time may have deleted it, and the SDK tries again.
func (s *OperatorStore) Remove(ctx context.Context, read Parameter) error {
	if err := s.unchanged(ctx, read); err != nil {
		return err
	}
	_, err := s.client.DeleteParameter(ctx, &ssm.DeleteParameterInput{Name: aws.String(read.Name)})
	if missing := (*types.ParameterNotFound)(nil); err == nil || errors.As(err, &missing) {
		return nil
	}
	return callError(ctx, "ssm:DeleteParameter", read.Name, err)
}

// unchanged fails with [ErrChanged] unless a parameter is as it was read.
func (s *OperatorStore) unchanged(ctx context.Context, read Parameter) error {
	now, found, err := s.Parameter(ctx, read.Name)
	if err == nil && (!found || now != read) {
		err = changed(read.Name)
	}
	return err
}

func changed(name string) error { return fmt.Errorf("SSM parameter %s: %w", name, ErrChanged) }

// History lists the versions that Parameter Store keeps: the last 100.
func (s *OperatorStore) History(ctx context.Context, name string) ([]Version, error) {
	var versions []Version
	pages := ssm.NewGetParameterHistoryPaginator(s.client, &ssm.GetParameterHistoryInput{Name: aws.String(name), WithDecryption: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, callError(ctx, "ssm:GetParameterHistory", name, err)
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
