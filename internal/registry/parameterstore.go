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

// Values reads SSM parameters, and leaves out those that do not exist.
func (s *ParameterStore) Values(ctx context.Context, names []string) (map[string]string, error) {
	list, err := s.read(ctx, names)
	if err != nil {
		return nil, err
	}
	values := make(map[string]string, len(list))
	for _, p := range list {
		values[p.Name] = p.Value
	}
	return values, nil
}

// read reads SSM parameters in the order of their names, ten by one GetParameters call, and leaves out those that do not
// exist. See https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html.
func (s *ParameterStore) read(ctx context.Context, names []string) ([]Parameter, error) {
	const atOnce = 10
	var list []Parameter
	for names := range slices.Chunk(names, atOnce) {
		answer, err := s.client.GetParameters(ctx, &ssm.GetParametersInput{Names: names, WithDecryption: aws.Bool(true)})
		if err != nil {
			return nil, callError(ctx, "ssm:GetParameters", strings.Join(names, ", "), err)
		}
		for _, name := range names {
			i := slices.IndexFunc(answer.Parameters, func(p types.Parameter) bool { return aws.ToString(p.Name) == name && p.Value != nil })
			switch {
			case i >= 0:
				list = append(list, newParameter(answer.Parameters[i]))
			case !slices.Contains(answer.InvalidParameters, name):
				return nil, incompleteError(name)
			}
		}
	}
	return list, nil
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
	if list, err = s.read(ctx, []string{AccountName(prefix, accountID)}); err != nil {
		return nil, false, err
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
