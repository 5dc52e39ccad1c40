package nested

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/boundary"
)

// sizeLimit is CloudFormation's for a template in S3, in bytes.
const sizeLimit = 1 << 20

// Templates reads templates from S3, and writes copies into one bucket.
type Templates struct {
	client *s3.Client
	plain  aws.HTTPClient // for URLs that carry their own signature
	region string
	copies string
}

// NewTemplates returns templates that are read with the rights of a configuration. The copies go into a
// bucket of the configuration's region; without one, nothing can be written.
func NewTemplates(cfg aws.Config, copies string) *Templates {
	cfg = awsapi.Limited(cfg)
	if own, ok := cfg.HTTPClient.(*awshttp.BuildableClient); ok {
		cfg.HTTPClient = withoutRedirects(own)
	}
	client := s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.UsePathStyle = o.BaseEndpoint != nil // a stand-in answers at one host, whichever variable names it
		o.DisableS3ExpressSessionAuth = aws.Bool(true)
		o.DisableLogOutputChecksumValidationSkipped = true
	})
	return &Templates{client: client, plain: cfg.HTTPClient, region: cfg.Region, copies: copies}
}

// withoutRedirects returns a client that goes nowhere but where it is sent.
func withoutRedirects(own *awshttp.BuildableClient) *http.Client {
	return &http.Client{
		Transport:     own.GetTransport(),
		Timeout:       own.GetTimeout(),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// attempts is how often a template is read whose answer breaks off, and a copy is written that another writes at
// the same moment. The SDK makes its own attempts where it gets no answer.
const attempts = 3

// passingError is that of an attempt which may succeed when it is made again.
type passingError struct{ error }

func (e *passingError) Unwrap() error { return e.error }

// Read returns the template at a place. A bucket in another region is read there. The error says what to
// do; it repeats nothing of what is there, and no signature.
func (t *Templates) Read(ctx context.Context, place Place) ([]byte, error) {
	read := t.readObject
	if place.presigned != "" {
		read = t.readPresigned
	}
	for attempt := 1; ; attempt++ {
		text, err := read(ctx, place)
		if err == nil {
			return text, nil
		}
		if passing := (*passingError)(nil); !errors.As(err, &passing) || attempt == attempts || !paused(ctx, attempt) {
			return nil, explained(ctx, place, err)
		}
	}
}

// paused waits before another attempt, and reports whether there is time for it.
func paused(ctx context.Context, attempt int) bool {
	select {
	case <-time.After(time.Duration(attempt) * 100 * time.Millisecond):
		return true
	case <-ctx.Done():
		return false
	}
}

func (t *Templates) readObject(ctx context.Context, place Place) ([]byte, error) {
	region := place.Region
	if region == "" {
		region = t.region
	}
	text, err := t.get(ctx, place, region)
	if moved := otherRegion(err, region); moved != "" {
		text, err = t.get(ctx, place, moved)
	}
	return text, err
}

func (t *Templates) get(ctx context.Context, place Place, region string) ([]byte, error) {
	input := &s3.GetObjectInput{Bucket: aws.String(place.Bucket), Key: aws.String(place.Key)}
	if place.Version != "" {
		input.VersionId = aws.String(place.Version)
	}
	output, err := t.client.GetObject(ctx, input, func(o *s3.Options) { o.Region = region })
	if err != nil {
		return nil, err
	}
	defer func() { _ = output.Body.Close() }()
	return readAll(output.Body, aws.ToInt64(output.ContentLength))
}

// readAll reads a template of a size, which is not trusted.
func readAll(body io.Reader, size int64) ([]byte, error) {
	if size > sizeLimit {
		return nil, errTooLarge
	}
	text := bytes.NewBuffer(make([]byte, 0, max(size, 0)+bytes.MinRead)) // as large as it will be, mostly
	_, err := text.ReadFrom(io.LimitReader(body, sizeLimit+1))
	if text.Len() > sizeLimit {
		return nil, errTooLarge
	}
	if err != nil {
		return nil, &passingError{err}
	}
	return text.Bytes(), nil
}

// otherRegion returns the region in which S3 says that a bucket is, after a request to a wrong one. Only
// regions of the same partition are followed.
func otherRegion(err error, asked string) string {
	var response *smithyhttp.ResponseError
	if !errors.As(err, &response) || response.Response == nil {
		return ""
	}
	region := response.Response.Header.Get("X-Amz-Bucket-Region")
	switch response.HTTPStatusCode() {
	case http.StatusMovedPermanently, http.StatusTemporaryRedirect, http.StatusBadRequest:
	default:
		return ""
	}
	if region == asked || !isRegion(region) || boundary.PartitionOf(region) != boundary.PartitionOf(asked) {
		return ""
	}
	return region
}

// readPresigned fetches a URL as it is, without credentials.
func (t *Templates) readPresigned(ctx context.Context, place Place) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, place.presigned, nil)
	if err != nil {
		return nil, errURL
	}
	request.Header.Set("Accept-Encoding", "identity") // nothing unpacks what it receives
	response, err := t.plain.Do(request)
	if err != nil {
		return nil, &passingError{withoutSignature(err, request.URL.Host)}
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
		return nil, &passingError{fmt.Errorf("S3 answers its presigned URL with status %d, after several attempts; try again later", status)}
	default:
		return nil, fmt.Errorf("S3 answers its presigned URL with status %d; deploy again with a new one", status)
	}
}

// withoutSignature returns the error of a request with its host alone in place of the URL, which has a signature.
func withoutSignature(err error, host string) error {
	if at := (*url.Error)(nil); errors.As(err, &at) {
		return &url.Error{Op: at.Op, URL: "https://" + host, Err: at.Err}
	}
	return err
}

// Write stores a copy, given in pieces, under a name in the bucket for copies. A copy that is there already is left alone:
// its name says what it holds.
func (t *Templates) Write(ctx context.Context, name string, copied [][]byte) error {
	var err error
	for range attempts {
		_, err = t.client.PutObject(ctx, &s3.PutObjectInput{
			Bucket:      aws.String(t.copies),
			Key:         aws.String(name),
			Body:        pieces(copied).reader(),
			ContentType: aws.String("text/plain; charset=utf-8"),
			IfNoneMatch: aws.String("*"),
		})
		switch code(err) {
		case "PreconditionFailed":
			return nil
		case "ConditionalRequestConflict":
		default:
			return t.unwritten(ctx, err)
		}
	}
	return t.unwritten(ctx, err)
}

// URL returns the URL of a copy, as CloudFormation takes it.
func (t *Templates) URL(ctx context.Context, name string) (string, error) {
	endpoint, err := s3.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, s3.EndpointParameters{
		Region: aws.String(t.region),
		Bucket: aws.String(t.copies),
	})
	if err != nil {
		return "", err
	}
	return strings.TrimSuffix(endpoint.URI.String(), "/") + "/" + name, nil
}

// code returns the error code of a service's answer; empty where there is none.
func code(err error) string {
	if api := (smithy.APIError)(nil); errors.As(err, &api) {
		return api.ErrorCode()
	}
	return ""
}
