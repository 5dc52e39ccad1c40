package registry

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"amplify-boundary/internal/test/mototest"
)

// fakeClient gives the same answer to every GetParameters call, and has no other calls.
type fakeClient struct {
	ssm.GetParametersByPathAPIClient
	answer *ssm.GetParametersOutput
	err    error
	inputs []*ssm.GetParametersInput
}

func (c *fakeClient) GetParameters(_ context.Context, input *ssm.GetParametersInput, _ ...func(*ssm.Options)) (*ssm.GetParametersOutput, error) {
	c.inputs = append(c.inputs, input)
	return c.answer, c.err
}

func TestParameterStore_Values(t *testing.T) {
	client := &fakeClient{answer: &ssm.GetParametersOutput{
		Parameters:        []types.Parameter{ssmParameter("/p/_default", "none"), ssmParameter("/p/dev", arnOne)},
		InvalidParameters: []string{"/p/shop/dev"},
	}}
	names := []string{"/p/shop/dev", "/p/dev", "/p/_default"}
	got, err := (&ParameterStore{client}).Values(t.Context(), names)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"/p/dev": arnOne, "/p/_default": "none"}, got); diff != "" {
		t.Error(diff)
	}
	wantInputs := []*ssm.GetParametersInput{{Names: names, WithDecryption: aws.Bool(true)}}
	if diff := cmp.Diff(wantInputs, client.inputs, cmpopts.IgnoreUnexported(ssm.GetParametersInput{})); diff != "" {
		t.Error(diff)
	}
}

// Parameter Store reads at most ten SSM parameters by one call.
func TestParameterStore_Values_of_many(t *testing.T) {
	answer := &ssm.GetParametersOutput{}
	var names []string
	for i := range 21 {
		names = append(names, fmt.Sprint("/p/e", i))
		answer.Parameters = append(answer.Parameters, ssmParameter(names[i], arnOne))
	}
	client := &fakeClient{answer: answer}
	got, err := (&ParameterStore{client}).Values(t.Context(), names)
	if err != nil || len(got) != len(names) {
		t.Errorf("got %v, %v", got, err)
	}
	var asked [][]string
	for _, input := range client.inputs {
		asked = append(asked, input.Names)
	}
	if diff := cmp.Diff([][]string{names[:10], names[10:20], names[20:]}, asked); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// An answer that does not speak of each name is not one of Parameter Store.
func TestParameterStore_incomplete(t *testing.T) {
	for _, test := range []struct {
		name   string
		answer ssm.GetParametersOutput
	}{
		{"nothing", ssm.GetParametersOutput{}},
		{"another_parameter", ssm.GetParametersOutput{Parameters: []types.Parameter{ssmParameter("/p/prod", arnOne)}}},
		{"another_missing_parameter", ssm.GetParametersOutput{InvalidParameters: []string{"/p/prod"}}},
		{"a_parameter_without_a_name", ssm.GetParametersOutput{Parameters: []types.Parameter{{Value: aws.String(arnOne)}}}},
		{"a_parameter_without_a_value", ssm.GetParametersOutput{Parameters: []types.Parameter{{Name: aws.String("/p/dev")}}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			values, err := (&ParameterStore{&fakeClient{answer: &test.answer}}).Values(t.Context(), []string{"/p/dev"})
			if values != nil || err == nil {
				t.Fatalf("got %v, %v", values, err)
			}
			want := "the answer of Parameter Store says nothing about /p/dev; try again, and check the endpoint if one is set"
			if got := err.Error(); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestParameterStore_call_error(t *testing.T) {
	api := func(code, message string) error {
		return &smithy.OperationError{ServiceID: "SSM", OperationName: "GetParameters",
			Err: &smithy.GenericAPIError{Code: code, Message: message}}
	}
	refused := &url.Error{Op: "Post", URL: "http://127.0.0.1:1/", Err: &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}}
	const denied = "User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized to perform: ssm:GetParameters"
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"denied", api("AccessDeniedException", denied),
			"access denied (" + denied + "); allow ssm:GetParameters there, and the use of its KMS key if it is a SecureString"},
		{"denied_without_a_reason", api("AccessDenied", ""),
			"access denied; allow ssm:GetParameters there, and the use of its KMS key if it is a SecureString"},
		{"throttled", api("ThrottlingException", "Rate exceeded"), "throttled, after several attempts; try again later"},
		{"key_disabled", api("InvalidKeyId", "hunter2"),
			"the KMS key of a SecureString cannot be used (InvalidKeyId); enable it, or write the value again"},
		{"credentials_expired", api("ExpiredTokenException", "hunter2"), "the AWS credentials are refused (ExpiredTokenException); renew them"},
		{"credentials_of_nobody", api("UnrecognizedClientException", "hunter2"), "the AWS credentials are refused (UnrecognizedClientException); renew them"},
		{"a_fault_of_the_service", api("InternalServerError", "hunter2"), "error from Parameter Store: InternalServerError; try again"},
		{"an_answer_that_cannot_be_read", &smithy.DeserializationError{Err: errors.New("hunter2"), Snapshot: []byte("hunter2")},
			"the answer cannot be read as Parameter Store's; try again, and check the endpoint if one is set"},
		{"an_attempt_that_took_too_long", &url.Error{Op: "Post", URL: "http://127.0.0.1:1/", Err: os.ErrDeadlineExceeded},
			"no answer in time; try again, and check that Parameter Store can be reached from here"},
		{"nobody_there", refused,
			`no connection to Parameter Store (Post "http://127.0.0.1:1/": dial tcp: connect: connection refused); check the network and the endpoint`},
		{"no_credentials", fmt.Errorf("get identity: %w", fmt.Errorf("get credentials: %w", errors.New("no EC2 IMDS role found"))),
			"there are no usable AWS credentials; set a profile or the AWS environment variables"},
		{"no_credentials_refused_by_the_service_that_gives_them", fmt.Errorf("get identity: %w", fmt.Errorf("get credentials: %w", api("AccessDenied", "hunter2"))),
			"there are no usable AWS credentials; set a profile or the AWS environment variables"},
		{"no_credentials_since_their_service_is_not_there", fmt.Errorf("get identity: %w", fmt.Errorf("get credentials: %w", refused)),
			"there are no usable AWS credentials; set a profile or the AWS environment variables"},
	} {
		t.Run(test.name, func(t *testing.T) {
			values, err := (&ParameterStore{&fakeClient{err: test.err}}).Values(t.Context(), []string{"/p/dev", "/p/_default"})
			if values != nil || err == nil {
				t.Fatalf("got %v, %v", values, err)
			}
			if got, want := err.Error(), "ssm:GetParameters of /p/dev, /p/_default: "+test.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestParameterStore_time_is_up(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for name, err := range map[string]error{
		"before_an_answer": &aws.RequestCanceledError{Err: ctx.Err()},
		"within_an_answer": &smithy.DeserializationError{Err: ctx.Err()},
	} {
		_, err := (&ParameterStore{&fakeClient{err: err}}).Values(ctx, []string{"/p/dev"})
		if err == nil {
			t.Fatalf("%s: got no error", name)
		}
		want := "ssm:GetParameters of /p/dev: no answer in time; try again, and check that Parameter Store can be reached from here"
		if got := err.Error(); got != want {
			t.Errorf("%s: got  %s\nwant %s", name, got, want)
		}
	}
}

// The region is in each request's signature.
func TestNewParameterStore_region(t *testing.T) {
	for _, test := range []struct{ name, region, want string }{
		{"the_configurations", "", "eu-west-1"},
		{"another", "us-east-1", "us-east-1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			scopes := make(chan string, 1)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				scopes <- r.Header.Get("Authorization")
				w.Header().Set("Content-Type", "application/x-amz-json-1.1")
				fmt.Fprint(w, `{"Parameters":[],"InvalidParameters":["/p/dev"]}`)
			}))
			defer server.Close()
			store := NewParameterStore(mototest.Config(server.URL, "eu-west-1"), test.region)
			if _, err := store.Values(t.Context(), []string{"/p/dev"}); err != nil {
				t.Fatal(err)
			}
			if got, want := <-scopes, "/"+test.want+"/ssm/aws4_request"; !strings.Contains(got, want) {
				t.Errorf("got %s, want %s in it", got, want)
			}
		})
	}
}

func ssmParameter(name, value string) types.Parameter {
	return types.Parameter{Name: aws.String(name), Value: aws.String(value)}
}
