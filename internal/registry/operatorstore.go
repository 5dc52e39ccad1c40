package registry

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"golang.org/x/sync/errgroup"
)

// operatorCalls are the calls to Parameter Store that maintain a registry.
type operatorCalls interface {
	readCalls
	ssm.GetParameterHistoryAPIClient
	ssm.DescribeParametersAPIClient
	PutParameter(context.Context, *ssm.PutParameterInput, ...func(*ssm.Options)) (*ssm.PutParameterOutput, error)
	DeleteParameter(context.Context, *ssm.DeleteParameterInput, ...func(*ssm.Options)) (*ssm.DeleteParameterOutput, error)
}

// OperatorStore is a registry in Parameter Store that can also be written. The Lambda functions do not link it.
type OperatorStore struct {
	ParameterStore
	client operatorCalls
}

// NewOperatorStore returns the registry in the configuration's region.
func NewOperatorStore(cfg aws.Config) *OperatorStore {
	client := newClient(cfg, "")
	return &OperatorStore{ParameterStore{client}, client}
}

// Parameter reads one SSM parameter.
func (s *OperatorStore) Parameter(ctx context.Context, name string) (p Parameter, found bool, err error) {
	list, err := s.read(ctx, []string{name})
	if err != nil || len(list) == 0 {
		return Parameter{}, false, err
	}
	return list[0], true, nil
}

// Write adds or replaces an SSM parameter, and returns its new version. It fails with [ErrExists] or [ErrChanged]. A new
// one is a String, because a boundary is not a secret.
func (s *OperatorStore) Write(ctx context.Context, w Write) (version int64, err error) {
	what := "Permissions boundary of an environment"
	switch {
	case strings.Contains(w.Name, "/"+accounts+"/"):
		what = "Environment that an account is fixed to"
	case strings.Contains(w.Name, "/"+exceptions+"/"):
		what = "Exception from permissions boundaries"
	}
	put := &ssm.PutParameterInput{Type: types.ParameterTypeString, Description: aws.String(what + ", kept by " + Program)}
	if w.Read != nil {
		if put, err = s.replacement(ctx, *w.Read); err != nil {
			return 0, err
		}
	}
	put.Name, put.Value = aws.String(w.Name), aws.String(w.Value)
	written, err := s.client.PutParameter(ctx, put)
	if exists := (*types.ParameterAlreadyExists)(nil); errors.As(err, &exists) {
		// The SDK tries again after an attempt without an answer, which may have written it.
		now, _, err := s.Parameter(ctx, w.Name)
		if err == nil && now != (Parameter{Name: w.Name, Value: w.Value, Version: 1}) {
			err = fmt.Errorf("SSM parameter %s: %w", w.Name, ErrExists)
		}
		return 1, err
	}
	if err != nil {
		return 0, callError(ctx, "ssm:PutParameter", w.Name, err)
	}
	return written.Version, nil
}

// replacement returns a write without a value, which keeps everything else - type, tier, key, description, pattern, data
// type, tags, policies. It fails with [ErrChanged] where the SSM parameter is no longer as it was read. Parameter Store has no
// conditional write, so a write in between shows only in the new version.
func (s *OperatorStore) replacement(ctx context.Context, read Parameter) (*ssm.PutParameterInput, error) {
	var found *types.ParameterMetadata
	pages := ssm.NewDescribeParametersPaginator(s.client, &ssm.DescribeParametersInput{
		ParameterFilters: []types.ParameterStringFilter{{Key: aws.String("Name"), Values: []string{read.Name}}},
	})
	for pages.HasMorePages() && found == nil {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, callError(ctx, "ssm:DescribeParameters", read.Name, err)
		}
		if i := slices.IndexFunc(page.Parameters, func(p types.ParameterMetadata) bool { return aws.ToString(p.Name) == read.Name }); i >= 0 {
			found = &page.Parameters[i]
		}
	}
	if err := s.checkUnchanged(ctx, read); err != nil {
		return nil, err
	}
	if found == nil {
		return nil, incompleteError(read.Name)
	}
	return &ssm.PutParameterInput{
		Overwrite:      aws.Bool(true),
		Type:           found.Type,
		Tier:           found.Tier,  // without it, the account's default
		KeyId:          found.KeyId, // without it, the account's default
		Description:    found.Description,
		AllowedPattern: found.AllowedPattern,
		DataType:       found.DataType,
	}, nil
}

// WriteAll adds and replaces SSM parameters, each of another name, in parallel and in any order. It starts no write
// after one that failed, and cannot undo any: written counts those that are done. The progress, which can be nil, is
// called after each one.
func (s *OperatorStore) WriteAll(ctx context.Context, writes []Write, progress func(written, all int)) (written int, err error) {
	const parallel = 8 // a Parameter Store that accepts 10 writes a second rarely waits for the next one
	var mutex sync.Mutex
	group, working := errgroup.WithContext(ctx)
	group.SetLimit(parallel)
	for _, w := range writes {
		group.Go(func() error {
			if working.Err() != nil && ctx.Err() == nil { // another write failed, and group has its error
				return nil
			}
			if _, err := s.Write(ctx, w); err != nil {
				return err
			}
			mutex.Lock()
			defer mutex.Unlock()
			written++
			if progress != nil {
				progress(written, len(writes))
			}
			return nil
		})
	}
	err = group.Wait()
	return written, err
}

// Remove deletes an SSM parameter. It fails with [ErrChanged] where it is no longer as it was read. A parameter that is
// gone after that is not an error: the SDK tries again after an attempt without an answer, which may have deleted it.
func (s *OperatorStore) Remove(ctx context.Context, read Parameter) error {
	if err := s.checkUnchanged(ctx, read); err != nil {
		return err
	}
	_, err := s.client.DeleteParameter(ctx, &ssm.DeleteParameterInput{Name: aws.String(read.Name)})
	if missing := (*types.ParameterNotFound)(nil); err == nil || errors.As(err, &missing) {
		return nil
	}
	return callError(ctx, "ssm:DeleteParameter", read.Name, err)
}

// checkUnchanged fails with [ErrChanged] unless an SSM parameter is as it was read.
func (s *OperatorStore) checkUnchanged(ctx context.Context, read Parameter) error {
	now, found, err := s.Parameter(ctx, read.Name)
	if err == nil && (!found || now != read) {
		err = fmt.Errorf("SSM parameter %s: %w", read.Name, ErrChanged)
	}
	return err
}

// History lists the versions that Parameter Store keeps, at most the last 100, the newest first.
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
