package nested

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	gocmp "github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/test/mototest"
)

// wire is a network on which a function answers every request.
type wire func(*http.Request) (status int, header, body string)

// cut, as the header, has an answer break off in its middle.
const cut = "cut"

func (w wire) Do(request *http.Request) (*http.Response, error) {
	if err := request.Context().Err(); err != nil {
		return nil, err
	}
	status, header, body := w(request)
	response := &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: request}
	if header == cut {
		response.Body = io.NopCloser(io.MultiReader(strings.NewReader(body[:len(body)/2]), iotest.ErrReader(io.ErrUnexpectedEOF)))
	}
	if name, value, found := strings.Cut(header, ": "); found {
		response.Header.Set(name, value)
	}
	return response, nil
}

func refusal(code string) string {
	return "<Error><Code>" + code + "</Code><Message>hunter2</Message><Region>hunter2</Region></Error>"
}

func s3At(w wire) *S3 {
	return NewS3(aws.Config{
		Region:      "eu-west-1",
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", "token"),
		HTTPClient:  w,
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} },
	}, "copies")
}

func TestRead(t *testing.T) {
	for name, test := range map[string]struct{ url, want string }{
		"hosted":          {"https://assets.s3.eu-central-1.amazonaws.com/a/b%20c", "https://assets.s3.eu-central-1.amazonaws.com/a/b%20c?x-id=GetObject"},
		"path_style":      {"https://s3.eu-central-1.amazonaws.com/assets/b", "https://assets.s3.eu-central-1.amazonaws.com/b?x-id=GetObject"},
		"no_region":       {"https://assets.s3.amazonaws.com/b", "https://assets.s3.eu-west-1.amazonaws.com/b?x-id=GetObject"},
		"version":         {"https://assets.s3.eu-west-1.amazonaws.com/b?versionId=v1", "https://assets.s3.eu-west-1.amazonaws.com/b?versionId=v1&x-id=GetObject"},
		"dots_in_bucket":  {"https://my.assets.s3.eu-west-1.amazonaws.com/b", "https://s3.eu-west-1.amazonaws.com/my.assets/b?x-id=GetObject"},
		"leading_slash":   {"https://assets.s3.eu-west-1.amazonaws.com//b", "https://assets.s3.eu-west-1.amazonaws.com//b?x-id=GetObject"},
		"other_partition": {"https://assets.s3.cn-north-1.amazonaws.com.cn/b", "https://assets.s3.cn-north-1.amazonaws.com.cn/b?x-id=GetObject"},
	} {
		t.Run(name, func(t *testing.T) {
			location, err := Locate(test.url)
			if err != nil {
				t.Fatal(err)
			}
			var asked []string
			got, err := s3At(func(r *http.Request) (int, string, string) {
				asked = append(asked, r.URL.String())
				return 200, "", plainChild
			}).Read(t.Context(), location)
			if err != nil || string(got) != plainChild {
				t.Errorf("got %s, %v", got, err)
			}
			if diff := gocmp.Diff([]string{test.want}, asked); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// A stand-in answers at one host, whichever variable names it.
func TestRead_endpoint(t *testing.T) {
	location, err := Locate("https://assets.s3.eu-central-1.amazonaws.com/b")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		variables map[string]string
		want      string
	}{
		"none":        {nil, "https://assets.s3.eu-central-1.amazonaws.com/b?x-id=GetObject"},
		"of_all":      {map[string]string{"AWS_ENDPOINT_URL": "http://localhost:1"}, "http://localhost:1/assets/b?x-id=GetObject"},
		"of_s3":       {map[string]string{"AWS_ENDPOINT_URL_S3": "http://localhost:2"}, "http://localhost:2/assets/b?x-id=GetObject"},
		"of_s3_first": {map[string]string{"AWS_ENDPOINT_URL": "http://localhost:1", "AWS_ENDPOINT_URL_S3": "http://localhost:2"}, "http://localhost:2/assets/b?x-id=GetObject"},
		"of_another":  {map[string]string{"AWS_ENDPOINT_URL_SSM": "http://localhost:3"}, "https://assets.s3.eu-central-1.amazonaws.com/b?x-id=GetObject"},
	} {
		t.Run(name, func(t *testing.T) {
			keys := map[string]string{"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"}
			cfg, err := awsapi.Load(func(name string) string { return cmp.Or(test.variables[name], keys[name]) })
			if err != nil {
				t.Fatal(err)
			}
			var got string
			cfg.HTTPClient = wire(func(r *http.Request) (int, string, string) {
				got = r.URL.String()
				return 200, "", plainChild
			})
			if _, err := NewS3(cfg, "copies").Read(t.Context(), location); err != nil || got != test.want {
				t.Errorf("got %s, %v, want %s", got, err, test.want)
			}
		})
	}
}

func TestRead_other_region(t *testing.T) {
	for _, status := range []int{301, 307, 400} {
		var hosts []string
		got, err := s3At(func(r *http.Request) (int, string, string) {
			hosts = append(hosts, r.URL.Host)
			if len(hosts) == 1 {
				return status, "x-amz-bucket-region: us-west-2", refusal("PermanentRedirect")
			}
			return 200, "", plainChild
		}).Read(t.Context(), Location{Bucket: "assets", Key: "b"})
		want := []string{"assets.s3.eu-west-1.amazonaws.com", "assets.s3.us-west-2.amazonaws.com"}
		if diff := gocmp.Diff(want, hosts); diff != "" || err != nil || string(got) != plainChild {
			t.Errorf("%d: got %s, %v; hosts (-want +got):\n%s", status, got, err, diff)
		}
	}
}

// What S3 says about a region is followed once, and within the partition.
func TestRead_other_region_refused(t *testing.T) {
	for _, region := range []string{"eu-west-1", "cn-north-1", "hunter2.example.com/", ""} {
		asked := 0
		_, err := s3At(func(*http.Request) (int, string, string) {
			asked++
			return 301, "x-amz-bucket-region: " + region, refusal("PermanentRedirect")
		}).Read(t.Context(), Location{Bucket: "assets", Key: "b"})
		if asked != 1 || !errors.Is(err, errRegion) {
			t.Errorf("%q: got %v after %d requests", region, err, asked)
		}
	}
	asked := 0
	_, err := s3At(func(*http.Request) (int, string, string) {
		asked++
		return 301, fmt.Sprintf("x-amz-bucket-region: us-west-%d", asked), refusal("PermanentRedirect")
	}).Read(t.Context(), Location{Bucket: "assets", Key: "b"})
	if asked != 2 || !errors.Is(err, errRegion) {
		t.Errorf("in a circle: got %v after %d requests", err, asked)
	}
}

func TestRead_refused(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"missing":     {404, refusal("NoSuchKey"), errMissing.Error()},
		"version":     {404, refusal("NoSuchVersion"), errMissing.Error()},
		"odd_version": {400, refusal("InvalidArgument"), errMissing.Error()},
		"odd_bucket":  {400, refusal("InvalidBucketName"), errNoBucket.Error()},
		"deleted":     {405, refusal("MethodNotAllowed"), errMissing.Error()},
		"bucket":      {404, refusal("NoSuchBucket"), errNoBucket.Error()},
		"denied":      {403, refusal("AccessDenied"), errDenied.Error()},
		"large":       {200, strings.Repeat("x", sizeLimit+1), errTooLarge.Error()},
		"throttled":   {503, refusal("SlowDown"), "error from S3: SlowDown; try again"},
		"expired":     {400, refusal("ExpiredToken"), "the AWS credentials are refused (ExpiredToken); renew them"},
		"odd_code":    {400, refusal("hunter2 hunter2"), "error from S3: without a code; try again"},
		"odd_body":    {500, "hunter2", "error from S3: InternalServerError; try again"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s3At(func(*http.Request) (int, string, string) { return test.status, "", test.body }).
				Read(t.Context(), Location{Bucket: "assets", Key: "b"})
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// An answer that breaks off is asked for again, and so is a presigned URL that S3 cannot answer now; both not for ever.
func TestRead_again(t *testing.T) {
	location, err := Locate(presignedURL)
	if err != nil {
		t.Fatal(err)
	}
	const brokenOff = "the answer of S3 broke off; try again"
	for name, test := range map[string]struct {
		location Location
		status   int
		failures int
		want     string
	}{
		"broken_off":           {Location{Bucket: "assets", Key: "b"}, 200, 2, ""},
		"presigned_broken_off": {location, 200, 2, ""},
		"presigned_slow_down":  {location, 503, 2, ""},
		"always":               {Location{Bucket: "assets", Key: "b"}, 200, 9, brokenOff},
		"presigned_always":     {location, 200, 9, brokenOff},
		"presigned_fault":      {location, 500, 9, "S3 answers its presigned URL with status 500 after several attempts; try again later"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			got, err := s3At(func(*http.Request) (int, string, string) {
				if asked++; asked <= test.failures {
					return test.status, cut, plainChild
				}
				return 200, "", plainChild
			}).Read(t.Context(), test.location)
			if asked != 3 || (err == nil) != (test.want == "") || err == nil && string(got) != plainChild || err != nil && err.Error() != test.want {
				t.Errorf("after %d requests: got %s, %v, want %s", asked, got, err, test.want)
			}
		})
	}
}

// endless is a body that never ends, and counts what was read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return len(p), nil
}

func TestReadAll_stops(t *testing.T) {
	body := &endless{}
	if _, err := readAll(body, -1); !errors.Is(err, errTooLarge) || body.read > 2*sizeLimit {
		t.Errorf("got %v after %d bytes", err, body.read)
	}
	body = &endless{}
	if _, err := readAll(body, sizeLimit+1); !errors.Is(err, errTooLarge) || body.read > 0 {
		t.Errorf("got %v after %d bytes", err, body.read)
	}
}

const presignedURL = "https://assets.s3.eu-west-1.amazonaws.com/a+b%20c?X-Amz-Algorithm=A&X-Amz-Credential=c&X-Amz-Date=d&X-Amz-Expires=9&X-Amz-SignedHeaders=host&X-Amz-Signature=hunter2"

func TestRead_presigned(t *testing.T) {
	location, err := Locate(presignedURL)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s3At(func(r *http.Request) (int, string, string) {
		if r.URL.String() != presignedURL {
			t.Errorf("got %s", r.URL)
		}
		for name := range r.Header {
			if name != "Accept-Encoding" {
				t.Errorf("got header %s", name)
			}
		}
		return 200, "", plainChild
	}).Read(t.Context(), location)
	if err != nil || string(got) != plainChild {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestRead_presigned_refused(t *testing.T) {
	location, err := Locate(presignedURL)
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"expired":  {403, refusal("AccessDenied"), errSignature.Error()},
		"missing":  {404, refusal("NoSuchKey"), errMissing.Error()},
		"redirect": {307, "", "S3 answers its presigned URL with status 307; deploy again with a new one"},
		"large":    {200, strings.Repeat("x", sizeLimit+1), errTooLarge.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s3At(func(*http.Request) (int, string, string) {
				return test.status, "Location: https://example.com/", test.body
			}).Read(t.Context(), location)
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// No signature gets out, whatever fails.
func TestRead_presigned_no_connection(t *testing.T) {
	location, err := Locate(presignedURL)
	if err != nil {
		t.Fatal(err)
	}
	refused := &http.Client{Transport: roundTrip(func() error { return errors.New("no route") })}
	_, err = NewS3(aws.Config{Region: "eu-west-1", HTTPClient: refused}, "").Read(t.Context(), location)
	const want = `no connection to S3 (Get "https://assets.s3.eu-west-1.amazonaws.com": no route); check the network and the endpoint`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

type roundTrip func() error

func (r roundTrip) RoundTrip(*http.Request) (*http.Response, error) { return nil, r() }

func TestNewS3_follows_no_redirect(t *testing.T) {
	client, ok := NewS3(aws.Config{Region: "eu-west-1"}, "").plain.(*http.Client)
	if !ok || client.CheckRedirect == nil || !errors.Is(client.CheckRedirect(nil, nil), http.ErrUseLastResponse) || client.Timeout == 0 {
		t.Errorf("got %+v", client)
	}
}

func TestWrite(t *testing.T) {
	answers := func(codes ...string) wire {
		return func(r *http.Request) (int, string, string) {
			if got := r.Header.Get("If-None-Match"); got != "*" {
				t.Errorf("got If-None-Match %q", got)
			}
			if want := "https://copies.s3.eu-west-1.amazonaws.com/name.json?x-id=PutObject"; r.URL.String() != want {
				t.Errorf("got %s, want %s", r.URL, want)
			}
			code := codes[0]
			if len(codes) > 1 {
				codes = codes[1:]
			}
			switch code {
			case "":
				return 200, "", ""
			case "PreconditionFailed":
				return 412, "", refusal(code)
			default:
				return 409, "", refusal(code)
			}
		}
	}
	const where = "its copy cannot be written to bucket copies (setting NESTED_TEMPLATE_BUCKET): "
	for name, test := range map[string]struct {
		answers []string
		want    string
	}{
		"written":         {[]string{""}, ""},
		"there_already":   {[]string{"PreconditionFailed"}, ""},
		"written_at_once": {[]string{"ConditionalRequestConflict", "PreconditionFailed"}, ""},
		"always_at_once":  {[]string{"ConditionalRequestConflict"}, where + "error from S3: ConditionalRequestConflict; try again"},
		"gone":            {[]string{"NoSuchBucket"}, where + "the bucket does not exist; " + adviceBucket},
		"denied":          {[]string{"AccessDenied"}, where + "access denied; " + adviceBucket},
	} {
		t.Run(name, func(t *testing.T) {
			err := s3At(answers(test.answers...)).Write(t.Context(), "name.json", []byte(plainChild))
			if got := fmt.Sprint(err); got != test.want && !(err == nil && test.want == "") {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestURL(t *testing.T) {
	for region, want := range map[string]string{
		"eu-west-1":  "https://copies.s3.eu-west-1.amazonaws.com/name.json",
		"us-east-1":  "https://copies.s3.us-east-1.amazonaws.com/name.json",
		"cn-north-1": "https://copies.s3.cn-north-1.amazonaws.com.cn/name.json",
	} {
		got, err := NewS3(aws.Config{Region: region}, "copies").URL(t.Context(), "name.json")
		if err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", region, got, err, want)
		}
	}
}

func TestRead_slow(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s3At(func(*http.Request) (int, string, string) { return 200, "", plainChild }).Read(ctx, Location{Bucket: "assets", Key: "b"})
	if want := "no answer in time; try again, and check that S3 can be reached from here"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Moto answers as S3 does, as far as it goes.
func TestS3_with_moto(t *testing.T) {
	cfg := mototest.Config(mototest.Start(t), "eu-west-1")
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	for _, bucket := range []string{"assets", "copies"} {
		_, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{
			Bucket:                    aws.String(bucket),
			CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraintEuWest1},
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := client.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket:                  aws.String("assets"),
		VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	if err != nil {
		t.Fatal(err)
	}
	put := func(text string) string {
		output, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("assets"), Key: aws.String("a b/c.json"), Body: strings.NewReader(text)})
		if err != nil {
			t.Fatal(err)
		}
		return aws.ToString(output.VersionId)
	}
	first := put("first")
	put("second")

	templates := NewS3(cfg, "copies")
	for version, want := range map[string]string{first: "first", "": "second"} {
		got, err := templates.Read(t.Context(), Location{Bucket: "assets", Key: "a b/c.json", Version: version})
		if err != nil || string(got) != want {
			t.Errorf("version %q: got %s, %v, want %s", version, got, err, want)
		}
	}
	for location, want := range map[Location]error{
		{Bucket: "assets", Key: "d"}:  errMissing,
		{Bucket: "nowhere", Key: "d"}: errNoBucket,
	} {
		if _, err := templates.Read(t.Context(), location); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", location, err, want)
		}
	}
	for range 2 { // the second is there already
		if err := templates.Write(t.Context(), "name.json", []byte("copy")); err != nil {
			t.Error(err)
		}
	}
	if got, err := templates.Read(t.Context(), Location{Bucket: "copies", Key: "name.json"}); err != nil || string(got) != "copy" {
		t.Errorf("got %s, %v", got, err)
	}
}
