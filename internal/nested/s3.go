package nested

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/boundary"
)

// sizeLimit is the number of bytes that CloudFormation accepts in a template in S3.
const sizeLimit = 1 << 20

// S3 reads templates from S3, and writes copies to one bucket.
type S3 struct {
	client *s3.Client
	plain  aws.HTTPClient // for URLs that carry their own signature
	region string
	copies string
}

// NewS3 returns a store that has the permissions of a configuration. The copies go to a bucket in the configuration's region;
// without a bucket, nothing can be written.
func NewS3(cfg aws.Config, copies string) *S3 {
	cfg = awsapi.Limited(cfg)
	if own, ok := cfg.HTTPClient.(*http.Client); ok {
		client := *own
		client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		cfg.HTTPClient = &client
	}
	client := s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.UsePathStyle = o.BaseEndpoint != nil // a stand-in has one host for all buckets
		o.DisableS3ExpressSessionAuth = aws.Bool(true)
		o.DisableLogOutputChecksumValidationSkipped = true
	})
	return &S3{client: client, plain: cfg.HTTPClient, region: cfg.Region, copies: copies}
}

// attempts is how often a template is read if the answer is cut off, and how often a copy is written if another invocation
// writes it at the same moment. If there is no answer, the SDK makes its own attempts.
const attempts = 3

// temporaryError is the error of an attempt that may succeed if it is repeated.
type temporaryError struct{ error }

func (e *temporaryError) Unwrap() error { return e.error }

// Read returns the template at a location, in whichever region the bucket is. The error says what to do; it repeats
// neither the content nor a signature.
func (t *S3) Read(ctx context.Context, template Location) ([]byte, error) {
	read := t.readObject
	if template.presigned != "" {
		read = t.readPresigned
	}
	for attempt := 1; ; attempt++ {
		text, err := read(ctx, template)
		if err == nil {
			return text, nil
		}
		if temporary := (*temporaryError)(nil); !errors.As(err, &temporary) || attempt == attempts {
			return nil, explain(ctx, err)
		}
		select {
		case <-time.After(time.Duration(attempt) * 100 * time.Millisecond):
		case <-ctx.Done():
			return nil, explain(ctx, err)
		}
	}
}

func (t *S3) readObject(ctx context.Context, template Location) ([]byte, error) {
	input := &s3.GetObjectInput{Bucket: aws.String(template.Bucket), Key: aws.String(template.Key)}
	if template.Version != "" {
		input.VersionId = aws.String(template.Version)
	}
	region := cmp.Or(template.Region, t.region)
	output, err := t.client.GetObject(ctx, input, func(o *s3.Options) { o.Region = region })
	if moved := otherRegion(err, region); moved != "" {
		output, err = t.client.GetObject(ctx, input, func(o *s3.Options) { o.Region = moved })
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = output.Body.Close() }()
	return readAll(output.Body, aws.ToInt64(output.ContentLength))
}

// readAll reads a template of at most 1 MB. Its size is a hint only.
func readAll(body io.Reader, size int64) ([]byte, error) {
	if size > sizeLimit {
		return nil, errTooLarge
	}
	text := bytes.NewBuffer(make([]byte, 0, max(size, 0)+bytes.MinRead))
	_, err := text.ReadFrom(io.LimitReader(body, sizeLimit+1))
	if text.Len() > sizeLimit {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, &temporaryError{err}
	}
	return text.Bytes(), nil
}

// otherRegion returns the region of a bucket where S3 names it in answer to a request to another one. It accepts only
// regions of the same partition.
func otherRegion(err error, asked string) string {
	moved := []int{http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusBadRequest}
	response, ok := errors.AsType[*smithyhttp.ResponseError](err)
	if !ok || !slices.Contains(moved, response.HTTPStatusCode()) {
		return ""
	}
	region := response.Response.Header.Get("X-Amz-Bucket-Region")
	if region == asked || !regionForm().MatchString(region) || boundary.PartitionOf(region) != boundary.PartitionOf(asked) {
		return ""
	}
	return region
}

// readPresigned fetches a URL as it is, without credentials.
func (t *S3) readPresigned(ctx context.Context, template Location) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, template.presigned, nil)
	if err != nil {
		return nil, errURL
	}
	request.Header.Set("Accept-Encoding", "identity") // no answer grows by decompression
	response, err := t.plain.Do(request)
	if err != nil {
		if at, ok := errors.AsType[*url.Error](err); ok {
			at.URL = "https://" + request.URL.Host // without the signature
		}
		return nil, &temporaryError{err}
	}
	defer func() { _ = response.Body.Close() }()
	switch status := response.StatusCode; {
	case status == http.StatusOK:
		return readAll(response.Body, response.ContentLength)
	case status == http.StatusForbidden:
		return nil, errSignature
	case status == http.StatusNotFound:
		return nil, errMissing
	case status >= http.StatusInternalServerError:
		return nil, &temporaryError{fmt.Errorf("S3 answers its presigned URL with status %d after several attempts; try again later", status)}
	default:
		return nil, fmt.Errorf("S3 answers its presigned URL with status %d; deploy again with a new one", status)
	}
}

// Write stores a copy under a name in the bucket for copies. An existing copy is left alone: the name
// is the hash of its content.
func (t *S3) Write(ctx context.Context, name string, text []byte) error {
	var err error
	for range attempts {
		_, err = t.client.PutObject(ctx, &s3.PutObjectInput{
			Bucket:      aws.String(t.copies),
			Key:         aws.String(name),
			Body:        bytes.NewReader(text),
			ContentType: aws.String("text/plain; charset=utf-8"),
			IfNoneMatch: aws.String("*"),
		})
		if awsapi.Code(err) != "ConditionalRequestConflict" {
			break
		}
	}
	where := "its copy cannot be written to bucket " + t.copies + " (setting NESTED_TEMPLATE_BUCKET): "
	switch code := awsapi.Code(err); {
	case err == nil, code == "PreconditionFailed":
		return nil
	case code == "NoSuchBucket":
		return &reason{where + "the bucket does not exist", adviceBucket}
	case code == "AccessDenied":
		return &reason{where + "access denied", adviceBucket}
	default:
		return fmt.Errorf("%s%w", where, awsapi.Call{Service: "S3", Action: "s3:PutObject"}.Explain(ctx, err))
	}
}

// URL returns the URL of a copy in the form that CloudFormation accepts.
func (t *S3) URL(ctx context.Context, name string) (string, error) {
	endpoint, err := s3.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, s3.EndpointParameters{
		Region: aws.String(t.region),
		Bucket: aws.String(t.copies),
	})
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(endpoint.URI.String(), "/") + "/" + name, nil
}

// explain says why a template could not be read.
func explain(ctx context.Context, err error) error {
	switch awsapi.Code(err) {
	case "NoSuchKey", "NoSuchVersion", "NotFound",
		"MethodNotAllowed", "InvalidArgument": // the version is a delete marker, or does not have the form of a version
		return errMissing
	case "NoSuchBucket", "InvalidBucketName":
		return errNoBucket
	case "AccessDenied", "AllAccessDisabled", "Forbidden":
		return errDenied
	case "PermanentRedirect", "MovedPermanently", "TemporaryRedirect", "AuthorizationHeaderMalformed":
		return errRegion
	}
	if known := (*reason)(nil); errors.As(err, &known) {
		return known
	}
	return awsapi.Call{Service: "S3", Action: "s3:GetObject"}.Explain(ctx, err)
}
