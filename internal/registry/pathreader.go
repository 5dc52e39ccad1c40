package registry

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// pathCalls are the calls to Parameter Store that reading a hierarchy needs.
type pathCalls interface {
	getParameters
	ssm.GetParametersByPathAPIClient
}

// PathReader reads a whole hierarchy, or the part of it that an account needs. It cannot write.
type PathReader struct{ client pathCalls }

// NewPathReader returns a reader of a region's Parameter Store; empty is the configuration's own region.
func NewPathReader(cfg aws.Config, region string) *PathReader {
	return &PathReader{newClient(cfg, region)}
}

// List reads the parameters below a path, decrypted and by pages, sorted by name, see
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html.
func (r *PathReader) List(ctx context.Context, path string) ([]Parameter, error) {
	list, _, err := r.pages(path, true).read(ctx, allPages)
	return list, err
}

// Part reads what a hierarchy has for one account: its entry, the boundaries that hold for all projects, and
// those of one project, if one is named. Other projects' boundaries and other accounts' entries, of which an
// organisation has many, are there only where the first page has all; whole reports whether it has.
func (r *PathReader) Part(ctx context.Context, prefix, accountID, project string) (list []Parameter, whole bool, err error) {
	if list, whole, err = r.pages(prefix, true).read(ctx, 1); err != nil || whole {
		return list, whole, err
	}
	name := AccountName(prefix, accountID)
	values, err := (&ParameterStore{r.client}).Values(ctx, []string{name})
	if err != nil {
		return nil, false, err
	}
	list = nil
	if value, found := values[name]; found {
		list = append(list, Parameter{Name: name, Value: value})
	}
	for _, path := range slices.Compact([]string{prefix, Path(prefix, project)}) {
		level, _, err := r.pages(path, false).read(ctx, allPages)
		if err != nil {
			return nil, false, err
		}
		list = append(list, level...)
	}
	return list, false, nil
}

// pages are the pages of the parameters below a path.
type pages struct {
	*ssm.GetParametersByPathPaginator
	path string
}

const allPages = math.MaxInt

func (r *PathReader) pages(path string, recursive bool) pages {
	return pages{ssm.NewGetParametersByPathPaginator(r.client, &ssm.GetParametersByPathInput{
		Path:           aws.String(path),
		Recursive:      aws.Bool(recursive),
		WithDecryption: aws.Bool(true),
	}), path}
}

// read reads the first pages, and reports whether there are no more. What it returns is sorted by name.
func (p pages) read(ctx context.Context, count int) (list []Parameter, all bool, err error) {
	for ; p.HasMorePages() && count > 0; count-- {
		page, err := p.NextPage(ctx)
		if err != nil {
			return nil, false, callError(ctx, "ssm:GetParametersByPath", p.path, err)
		}
		for _, read := range page.Parameters {
			list = append(list, parameter(read))
		}
	}
	slices.SortFunc(list, func(a, b Parameter) int { return cmp.Compare(a.Name, b.Name) })
	return list, !p.HasMorePages(), nil
}
