package doctor

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/go-json-experiment/json"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/nested"
)

// checkNested proves that a nested stack is bound: the macro has to lead the stack to a copy of its template,
// and the copy, as CloudFormation would deploy it, has to come back with its role bounded.
func (d *Doctor) checkNested(ctx context.Context) bool {
	if !d.Options.Nested || !d.read {
		return true
	}
	if d.installed.config != nil && d.settings.NestedStacks != nested.Bound {
		d.found("nested", Fault, "deploy the macro's stack with NestedStacks=bound", "NESTED_STACKS is %s, so nested stacks are not bound", d.settings.NestedStacks)
		return true
	}
	e, found := d.nestedTarget()
	if !found {
		d.found("nested", Warning, "name an environment that has a boundary with --environment", "there is no environment with a boundary to prove it with")
		return true
	}
	for _, c := range d.proveNested(ctx, e) {
		if c.Check == CleanUp || ctx.Err() == nil {
			d.add(c)
		}
	}
	return true
}

// nestedTarget is the first environment whose stacks are to be bounded.
func (d *Doctor) nestedTarget() (environment.Environment, bool) {
	for _, e := range d.targets() {
		if wanted, err := d.wanted(e); err == nil && wanted != noBoundary {
			return e, true
		}
	}
	return environment.Environment{}, false
}

// proveNested proves it for one environment.
func (d *Doctor) proveNested(ctx context.Context, e environment.Environment) []Check {
	c := Check{Check: "nested", Environment: e.Name, Project: e.Project, Status: Fault}
	store := newBucketStore(d.AWS)
	bucket, err := d.nestedBucket(ctx, store)
	if err != nil {
		c.Message, c.Advice = err.Error(), "name a bucket from which the function may read the templates of nested stacks with --nested-bucket"
		return []Check{c}
	}
	t := d.newTrial()
	key := ours + "/" + t.name + ".json"
	child := `{"AWSTemplateFormatVersion":"2010-09-09","Resources":{"Role":` + bareRole + `}}`
	// An interrupt waits for the answer, as it does for a change set's.
	if err := store.put(context.WithoutCancel(ctx), bucket, key, child); err != nil {
		c.Message = err.Error()
		return []Check{c}
	}
	checks, copied := d.proveChild(ctx, t, e, store.url(bucket, key), child)
	cleaning, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpLimit)
	defer cancel()
	checks = append(checks, cleanedUp(store.delete(cleaning, bucket, key))...)
	return append(checks, d.deleteCopy(cleaning, store, copied)...)
}

// deleteCopy deletes the copy. Where it lies, the function said: only in the bucket that the macro's stack names
// is anything deleted on its word.
func (d *Doctor) deleteCopy(ctx context.Context, store bucketStore, copied nested.Location) []Check {
	switch copied.Bucket {
	case "":
		return nil
	case d.installed.stack.Outputs["NestedTemplateBucketName"]:
		return cleanedUp(store.delete(ctx, copied.Bucket, copied.Key))
	default:
		return cleanedUp(fmt.Sprintf("the copy %s stays, since it is not in a bucket of this account's macro", copied))
	}
}

// proveChild has CloudFormation process a template with a nested stack, and then the copy of the nested stack's
// template. It returns where the copy lies, if there is one.
func (d *Doctor) proveChild(ctx context.Context, t trial, e environment.Environment, url, child string) (checks []Check, copied nested.Location) {
	c := Check{Check: "nested", Environment: e.Name, Project: e.Project, Status: Fault}
	place, _ := json.Marshal(url)
	processed, left, err := t.process(ctx, source{body: d.template(e, `{"Child":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":`+string(place)+`}}}`)})
	checks = cleanedUp(left)
	copyURL := ""
	if err == nil {
		copyURL, err = urlOfChild(processed, url)
	}
	if err == nil {
		copied, err = nested.Locate(ctx, copyURL)
	}
	if ctx.Err() != nil {
		return checks, copied
	}
	if err != nil {
		c.Message = fmt.Sprintf("the nested stack was not bound: %v", err)
		return append([]Check{c}, checks...), copied
	}
	processed, left, err = d.newTrial().process(ctx, source{child, copyURL})
	checks = append(checks, cleanedUp(left)...)
	bound := noBoundary
	if err == nil {
		bound, err = boundaryOfRole(processed, child)
	}
	wanted, _ := d.wanted(e)
	switch {
	case err != nil:
		c.Message = fmt.Sprintf("the copy of the nested stack's template (%s) cannot be deployed: %v", copied, err)
	case bound != wanted:
		c.Message = fmt.Sprintf("the nested stack's role comes back with %s, but the registry wants %s", display(bound), display(wanted))
	default:
		c.Status, c.Message = OK, fmt.Sprintf("the nested stack is led to a copy of its template (%s), and its role comes back with %s", copied, bound)
	}
	return append([]Check{c}, checks...), copied
}

// urlOfChild returns where a processed template leads its nested stack, which must be somewhere else than before.
func urlOfChild(processed, before string) (string, error) {
	got, err := decode(processed)
	if err != nil {
		return "", errors.New("the processed template cannot be read")
	}
	url, _ := member(member(member(got, "Resources"), "Child"), "Properties")["TemplateURL"].(string)
	if url == "" || url == before {
		return "", errors.New("its template is deployed as it is; deploy the macro's stack with NestedStacks=bound")
	}
	return url, nil
}

// nestedBucket finds a bucket from which the function may read: the one that is named, or else the first of
// the account that the macro's stack names.
func (d *Doctor) nestedBucket(ctx context.Context, store bucketStore) (string, error) {
	if d.Options.NestedBucket != "" {
		return d.Options.NestedBucket, nil
	}
	patterns := strings.Split(d.installed.stack.Parameters["NestedTemplateBuckets"], ",")
	patterns = slices.DeleteFunc(patterns, func(p string) bool { return p == "" })
	if len(patterns) == 0 {
		return "", errors.New("the macro's stack names no buckets (NestedTemplateBuckets) from which the function may read")
	}
	buckets, err := store.list(ctx)
	if err != nil {
		return "", err
	}
	for _, pattern := range patterns {
		for _, bucket := range buckets {
			if fits, err := path.Match(pattern, bucket); fits && err == nil {
				return bucket, nil
			}
		}
	}
	return "", fmt.Errorf("no bucket of the account and region is one of %s (NestedTemplateBuckets)", strings.Join(patterns, ", "))
}

// bucketStore is S3, as far as it is needed here.
type bucketStore struct {
	client *s3.Client
	region string
}

func newBucketStore(cfg aws.Config) bucketStore {
	client := s3.NewFromConfig(awsapi.Limited(cfg), func(o *s3.Options) {
		o.UsePathStyle = o.BaseEndpoint != nil // a stand-in answers at one host
		o.DisableLogOutputChecksumValidationSkipped = true
	})
	return bucketStore{client, cfg.Region}
}

// list lists the buckets of the account and region.
func (b bucketStore) list(ctx context.Context) ([]string, error) {
	var names []string
	pages := s3.NewListBucketsPaginator(b.client, &s3.ListBucketsInput{BucketRegion: aws.String(b.region)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the buckets: %w", awsapi.Call{Service: "S3", Action: "s3:ListAllMyBuckets"}.Explain(ctx, err))
		}
		for _, bucket := range page.Buckets {
			names = append(names, aws.ToString(bucket.Name))
		}
	}
	return names, nil
}

// put writes a template.
func (b bucketStore) put(ctx context.Context, bucket, key, text string) error {
	_, err := b.client.PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(bucket), Key: aws.String(key), Body: strings.NewReader(text)})
	if err != nil {
		return fmt.Errorf("write the nested stack's template to bucket %s: %w", bucket, awsapi.Call{Service: "S3", Action: "s3:PutObject"}.Explain(ctx, err))
	}
	return nil
}

// delete deletes a template. left names it where that fails, with the command that deletes it.
func (b bucketStore) delete(ctx context.Context, bucket, key string) (left string) {
	_, err := b.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)})
	if err == nil {
		return ""
	}
	return fmt.Sprintf("template s3://%[1]s/%[2]s could not be deleted: %[3]v; delete it with: aws s3 rm s3://%[1]s/%[2]s --region %[4]s",
		bucket, key, awsapi.Call{Service: "S3", Action: "s3:DeleteObject"}.Explain(ctx, err), b.region)
}

// url returns the URL of a template, as CloudFormation takes it.
func (b bucketStore) url(bucket, key string) string {
	return fmt.Sprintf("https://%s.s3.%s.%s/%s", bucket, b.region, boundary.PartitionOf(b.region).URLSuffix, key)
}
