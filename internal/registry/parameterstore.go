package registry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"amplify-boundary/internal/awsapi"
)

type readCalls interface {
	ssm.GetParametersByPathAPIClient
	GetParameters(context.Context, *ssm.GetParametersInput, ...func(*ssm.Options)) (*ssm.GetParametersOutput, error)
}

// ParameterStore is a registry in Parameter Store. It reads only, decrypted: see [OperatorStore] for writes.
type ParameterStore struct{ client readCalls }

// NewParameterStore returns the registry in the Parameter Store of a region; empty: of the configuration's region.
func NewParameterStore(cfg aws.Config, region string) *ParameterStore {
	return &ParameterStore{newClient(cfg, region)}
}

func newClient(cfg aws.Config, region string) *ssm.Client {
	return ssm.NewFromConfig(awsapi.Limited(cfg), func(o *ssm.Options) { o.Region = cmp.Or(region, o.Region) })
}

// Values reads SSM parameters, ten by one GetParameters call, see
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html.
func (s *ParameterStore) Values(ctx context.Context, names []string) (map[string]string, error) {
	const atOnce = 10
	values := make(map[string]string)
	for names := range slices.Chunk(names, atOnce) {
		answer, err := s.client.GetParameters(ctx, &ssm.GetParametersInput{Names: names, WithDecryption: aws.Bool(true)})
		if err != nil {
			return nil, callError(ctx, "ssm:GetParameters", strings.Join(names, ", "), err)
		}
		for _, p := range answer.Parameters {
			if p.Name != nil && p.Value != nil {
				values[*p.Name] = *p.Value
			}
		}
		for _, name := range names {
			if _, found := values[name]; !found && !slices.Contains(answer.InvalidParameters, name) {
				return nil, incompleteError(name)
			}
		}
	}
	return values, nil
}

// List reads the SSM parameters below a path by pages, sorted by name, see
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html.
func (s *ParameterStore) List(ctx context.Context, path string) ([]Parameter, error) {
	list, _, err := s.pages(ctx, path, true, math.MaxInt)
	return list, err
}

// Part reads the part of a hierarchy that concerns one account: its entry, the boundaries of all projects, and those of
// one project, if the name is not empty. The boundaries of other projects and the entries of other accounts, of which an
// organisation has many, are included only where one page has the whole hierarchy; whole reports whether it does.
func (s *ParameterStore) Part(ctx context.Context, prefix, accountID, project string) (list []Parameter, whole bool, err error) {
	if list, whole, err = s.pages(ctx, prefix, true, 1); err != nil || whole {
		return list, whole, err
	}
	name := AccountName(prefix, accountID)
	values, err := s.Values(ctx, []string{name})
	if err != nil {
		return nil, false, err
	}
	list = nil
	if value, found := values[name]; found {
		list = append(list, Parameter{Name: name, Value: value})
	}
	for _, path := range slices.Compact([]string{prefix, Path(prefix, project)}) {
		level, _, err := s.pages(ctx, path, false, math.MaxInt)
		if err != nil {
			return nil, false, err
		}
		list = append(list, level...)
	}
	return list, false, nil
}

// pages reads at most so many pages of the SSM parameters below a path, sorted by name, and reports whether those are
// all.
func (s *ParameterStore) pages(ctx context.Context, path string, recursive bool, limit int) (list []Parameter, all bool, err error) {
	pages := ssm.NewGetParametersByPathPaginator(s.client, &ssm.GetParametersByPathInput{
		Path: aws.String(path), Recursive: aws.Bool(recursive), WithDecryption: aws.Bool(true),
	})
	for ; pages.HasMorePages() && limit > 0; limit-- {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, false, callError(ctx, "ssm:GetParametersByPath", path, err)
		}
		for _, p := range page.Parameters {
			list = append(list, newParameter(p))
		}
	}
	slices.SortFunc(list, byName)
	return list, !pages.HasMorePages(), nil
}

func byName(a, b Parameter) int { return cmp.Compare(a.Name, b.Name) }

func newParameter(p types.Parameter) Parameter {
	return Parameter{aws.ToString(p.Name), aws.ToString(p.Value), p.Version, p.Type == types.ParameterTypeSecureString}
}

// callError says which call to Parameter Store failed, for which names, why, and what to do.
func callError(ctx context.Context, action, names string, err error) error {
	call := awsapi.Call{Service: "Parameter Store", Action: action, Also: "the use of its KMS key if it is a SecureString"}
	reason := call.Explain(ctx, err)
	if awsapi.Code(err) == "InvalidKeyId" {
		reason = errors.New("the KMS key of a SecureString cannot be used (InvalidKeyId); enable it, or write the value again")
	}
	return fmt.Errorf("%s of %s: %w", action, names, reason)
}

// incompleteError says that an answer leaves open whether an SSM parameter exists.
func incompleteError(name string) error {
	return fmt.Errorf("the answer of Parameter Store says nothing about %s; try again, and check the endpoint if one is set", name)
}
