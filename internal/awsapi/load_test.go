package awsapi_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
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
	RetryMode    aws.RetryMode
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
	return call{request.URL.String(), credential, request.Header.Get("X-Amz-Security-Token"), options.Retryer.MaxAttempts(), options.RetryMode}
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
		"default_region":                {map[string]string{"AWS_DEFAULT_REGION": "eu-west-3"}, "https://ssm.eu-west-3.amazonaws.com/"},
		"region_before_default":         {map[string]string{"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-3"}, "https://ssm.eu-west-1.amazonaws.com/"},
		"china":                         {map[string]string{"AWS_REGION": "cn-north-1"}, "https://ssm.cn-north-1.amazonaws.com.cn/"},
		"session_token":                 {map[string]string{"AWS_REGION": "eu-west-1", "AWS_SESSION_TOKEN": "session"}, "https://ssm.eu-west-1.amazonaws.com/"},
		"endpoint":                      {map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://localhost:1"}, "http://localhost:1/"},
		"endpoint_of_the_service":       {map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_SSM": "http://localhost:2"}, "http://localhost:2/"},
		"both_endpoints":                {map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://localhost:1", "AWS_ENDPOINT_URL_SSM": "http://localhost:2"}, "http://localhost:2/"},
		"empty_endpoint_of_the_service": {map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_SSM": ""}, "https://ssm.eu-west-1.amazonaws.com/"},
		"endpoint_of_another_service":   {map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL_S3": "http://localhost:2"}, "https://ssm.eu-west-1.amazonaws.com/"},
		"ignored_endpoints": {map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://localhost:1", "AWS_ENDPOINT_URL_SSM": "http://localhost:2",
			"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, "https://ssm.eu-west-1.amazonaws.com/"},
		"ignored_endpoint": {map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://localhost:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "TRUE"},
			"https://ssm.eu-west-1.amazonaws.com/"},
		"endpoint_not_ignored": {map[string]string{"AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": "http://localhost:1", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"},
			"http://localhost:1/"},
		"fips":       {map[string]string{"AWS_REGION": "us-east-1", "AWS_USE_FIPS_ENDPOINT": "true"}, "https://ssm-fips.us-east-1.amazonaws.com/"},
		"no_fips":    {map[string]string{"AWS_REGION": "us-east-1", "AWS_USE_FIPS_ENDPOINT": "False"}, "https://ssm.us-east-1.amazonaws.com/"},
		"dual_stack": {map[string]string{"AWS_REGION": "us-east-1", "AWS_USE_DUALSTACK_ENDPOINT": "True"}, "https://ssm.us-east-1.api.aws/"},
		"fips_and_dual_stack": {map[string]string{"AWS_REGION": "us-east-1", "AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"},
			"https://ssm-fips.us-east-1.api.aws/"},
		"attempts": {map[string]string{"AWS_REGION": "eu-west-1", "AWS_MAX_ATTEMPTS": "7"}, "https://ssm.eu-west-1.amazonaws.com/"},
		"adaptive": {map[string]string{"AWS_REGION": "eu-west-1", "AWS_RETRY_MODE": "adaptive"}, "https://ssm.eu-west-1.amazonaws.com/"},
		"standard": {map[string]string{"AWS_REGION": "eu-west-1", "AWS_RETRY_MODE": "standard", "AWS_MAX_ATTEMPTS": "1"}, "https://ssm.eu-west-1.amazonaws.com/"},
		"all_empty": {map[string]string{"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "", "AWS_SESSION_TOKEN": "", "AWS_ENDPOINT_URL": "", "AWS_USE_FIPS_ENDPOINT": "",
			"AWS_USE_DUALSTACK_ENDPOINT": "", "AWS_MAX_ATTEMPTS": "", "AWS_RETRY_MODE": "", "AWS_CA_BUNDLE": "", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": ""},
			"https://ssm.eu-west-1.amazonaws.com/"},
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
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.pem")
	if err := os.WriteFile(empty, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(dir, "missing.pem")
	for _, test := range []struct{ name, value, want string }{
		{"AWS_MAX_ATTEMPTS", "many", `AWS_MAX_ATTEMPTS is "many"; it must be a number`},
		{"AWS_MAX_ATTEMPTS", "-1", `AWS_MAX_ATTEMPTS is "-1"; it must be a number`},
		{"AWS_RETRY_MODE", "legacy", `AWS_RETRY_MODE is "legacy"; it must be standard or adaptive`},
		{"AWS_USE_FIPS_ENDPOINT", "yes", `AWS_USE_FIPS_ENDPOINT is "yes"; it must be true or false`},
		{"AWS_USE_DUALSTACK_ENDPOINT", "1", `AWS_USE_DUALSTACK_ENDPOINT is "1"; it must be true or false`},
		{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "no", `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is "no"; it must be true or false`},
		{"AWS_CA_BUNDLE", missing, "AWS_CA_BUNDLE: open " + missing + ": no such file or directory"},
		{"AWS_CA_BUNDLE", empty, "AWS_CA_BUNDLE: " + empty + " holds no certificate in PEM form"},
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

// A server whose certificate no authority signed is trusted with the bundle that has it, and no other is.
func TestLoadTrustsTheBundle(t *testing.T) {
	server := httptest.NewTLSServer(http.NotFoundHandler())
	defer server.Close()
	bundle := filepath.Join(t.TempDir(), "bundle.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(bundle, block, 0o600); err != nil {
		t.Fatal(err)
	}
	for file, trusted := range map[string]bool{"": false, bundle: true} {
		cfg, err := awsapi.Load(func(name string) string { return map[string]string{"AWS_CA_BUNDLE": file}[name] })
		if err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := cfg.HTTPClient.(*awshttp.BuildableClient).Do(request)
		if err == nil {
			response.Body.Close()
		}
		unknown := x509.UnknownAuthorityError{}
		if got := !errors.As(err, &unknown); got != trusted {
			t.Errorf("bundle %q: got trusted %t (%v), want %t", file, got, err, trusted)
		}
	}
}
