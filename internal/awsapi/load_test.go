package awsapi_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/awsapi"
)

// call is what a configuration makes of a call.
type call struct {
	URL          string
	Credential   string // of the signature: key, date, region and service
	SessionToken string
	Attempts     int
}

// recorder is an HTTP client that answers nothing.
type recorder struct{ requests []*http.Request }

func (r *recorder) Do(request *http.Request) (*http.Response, error) {
	r.requests = append(r.requests, request)
	return nil, errors.New("recorded")
}

// try makes a call and returns what became of it.
func try(t *testing.T, cfg aws.Config) call {
	t.Helper()
	recorder := new(recorder)
	cfg.HTTPClient = recorder
	client := ssm.NewFromConfig(cfg, func(o *ssm.Options) { o.Retryer = aws.NopRetryer{} })
	if _, err := client.GetParameters(t.Context(), &ssm.GetParametersInput{Names: []string{"/a"}}); len(recorder.requests) != 1 {
		t.Fatalf("got %d requests (%v), want 1", len(recorder.requests), err)
	}
	request := recorder.requests[0]
	_, credential, _ := strings.Cut(request.Header.Get("Authorization"), "Credential=")
	credential, _, _ = strings.Cut(credential, ",")
	options := ssm.NewFromConfig(cfg).Options()
	return call{request.URL.String(), credential, request.Header.Get("X-Amz-Security-Token"), options.Retryer.MaxAttempts()}
}

// setAll gives the process these environment variables, and none of the SDK's others.
func setAll(t *testing.T, variables map[string]string) {
	t.Helper()
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "") // restores it
			os.Unsetenv(name)
		}
	}
	for name, value := range variables {
		t.Setenv(name, value)
	}
	t.Setenv("AWS_CONFIG_FILE", os.DevNull)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
}

// Whatever is set, a call goes where, and as, the SDK's own package would have it go.
func TestLoad(t *testing.T) {
	for name, test := range map[string]struct {
		variables map[string]string
		url       string // that something holds, not only the same for both
	}{
		"as_lambda_sets_it":             {map[string]string{"AWS_REGION": "eu-west-1"}, "https://ssm.eu-west-1.amazonaws.com/"},
		"china":                         {map[string]string{"AWS_REGION": "cn-north-1"}, "https://ssm.cn-north-1.amazonaws.com.cn/"},
		"session_token":                 {map[string]string{"AWS_REGION": "eu-west-1", "AWS_SESSION_TOKEN": "session"}, "https://ssm.eu-west-1.amazonaws.com/"},
		"endpoint":                      {map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://localhost:1"}, "http://localhost:1/"},
		"endpoint_of_the_service":       {map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_SSM": "http://localhost:2"}, "http://localhost:2/"},
		"both_endpoints":                {map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://localhost:1", "AWS_ENDPOINT_URL_SSM": "http://localhost:2"}, "http://localhost:2/"},
		"empty_endpoint_of_the_service": {map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_SSM": ""}, "https://ssm.eu-west-1.amazonaws.com/"},
		"endpoint_of_another_service":   {map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_S3": "http://localhost:2"}, "https://ssm.eu-west-1.amazonaws.com/"},
		"attempts":                      {map[string]string{"AWS_REGION": "eu-west-1", "AWS_MAX_ATTEMPTS": "7"}, "https://ssm.eu-west-1.amazonaws.com/"},
		"one_attempt":                   {map[string]string{"AWS_REGION": "eu-west-1", "AWS_MAX_ATTEMPTS": "1"}, "https://ssm.eu-west-1.amazonaws.com/"},
		"all_empty":                     {map[string]string{"AWS_REGION": "eu-west-1", "AWS_SESSION_TOKEN": "", "AWS_ENDPOINT_URL": "", "AWS_MAX_ATTEMPTS": ""}, "https://ssm.eu-west-1.amazonaws.com/"},
	} {
		t.Run(name, func(t *testing.T) {
			setAll(t, test.variables)
			t.Setenv("AWS_ACCESS_KEY_ID", "key")
			t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
			cfg, err := awsapi.Load(os.Getenv)
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := config.LoadDefaultConfig(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			got := try(t, cfg)
			if diff := cmp.Diff(try(t, theirs), got); diff != "" {
				t.Errorf("(-the SDK's +ours):\n%s", diff)
			}
			if got.URL != test.url {
				t.Errorf("got URL %s, want %s", got.URL, test.url)
			}
		})
	}
}

func TestLoadRefuses(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"AWS_MAX_ATTEMPTS", "many", `AWS_MAX_ATTEMPTS is "many"; it must be a number`},
		{"AWS_MAX_ATTEMPTS", "-1", `AWS_MAX_ATTEMPTS is "-1"; it must be a number`},
	} {
		cfg, err := awsapi.Load(func(name string) string { return map[string]string{test.name: test.value}[name] })
		if err == nil || cfg.ConfigSources != nil {
			t.Errorf("%s=%s: got %+v, %v", test.name, test.value, cfg, err)
			continue
		}
		if got := err.Error(); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

func TestLoadWithoutCredentials(t *testing.T) {
	for _, set := range []string{"", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		cfg, err := awsapi.Load(func(name string) string { return map[string]string{set: "x"}[name] })
		if err != nil {
			t.Fatal(err)
		}
		if got, err := cfg.Credentials.Retrieve(context.Background()); err == nil || got.HasKeys() {
			t.Errorf("%q alone: got %+v, %v", set, got, err)
		}
	}
}
