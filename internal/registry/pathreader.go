package registry

import (
	"cmp"
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// PathReader reads a whole hierarchy. It cannot write.
type PathReader struct {
	client ssm.GetParametersByPathAPIClient
}

// NewPathReader returns a reader of a region's Parameter Store; empty is the configuration's own region.
func NewPathReader(cfg aws.Config, region string) *PathReader {
	return &PathReader{newClient(cfg, region)}
}

// List reads the parameters below a path, decrypted and by pages, sorted by name, see
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParametersByPath.html.
func (r *PathReader) List(ctx context.Context, path string) ([]Parameter, error) {
	var list []Parameter
	pages := ssm.NewGetParametersByPathPaginator(r.client, &ssm.GetParametersByPathInput{
		Path:           aws.String(path),
		Recursive:      aws.Bool(true),
		WithDecryption: aws.Bool(true),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, callError(ctx, "ssm:GetParametersByPath", path, err)
		}
		for _, p := range page.Parameters {
			list = append(list, parameter(p))
		}
	}
	slices.SortFunc(list, func(a, b Parameter) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}
