package awsapi_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"amplify-boundary/internal/awsapi"
)

func TestExplain(t *testing.T) {
	call := awsapi.Call{Service: "IAM", Action: "iam:GetPolicy"}
	also := awsapi.Call{Service: "Parameter Store", Action: "ssm:PutParameter", Also: "its key"}
	operation := func(err error) error {
		return &smithy.OperationError{ServiceID: "IAM", OperationName: "GetPolicy", Err: err}
	}
	api := func(code, message string) error {
		return operation(&smithy.GenericAPIError{Code: code, Message: message})
	}
	for name, test := range map[string]struct {
		call awsapi.Call
		err  error
		want string
	}{
		"denied":                  {call, api("AccessDenied", "explicit deny"), "access denied (explicit deny); allow iam:GetPolicy there"},
		"denied_without_a_reason": {also, api("AccessDeniedException", ""), "access denied; allow ssm:PutParameter there, and its key"},
		"throttled":               {call, api("Throttling", "hunter2"), "throttled, after several attempts; try again later"},
		"expired":                 {call, api("ExpiredToken", "hunter2"), "the AWS credentials are refused (ExpiredToken); renew them"},
		"wrong_secret_key":        {call, api("SignatureDoesNotMatch", "hunter2"), "the AWS credentials are refused (SignatureDoesNotMatch); renew them"},
		"another_fault":           {also, api("InternalServerError", "hunter2"), "error from Parameter Store: InternalServerError; try again"},
		"no_credentials": {call, operation(fmt.Errorf("get identity: %w", fmt.Errorf("get credentials: %w", errors.New("hunter2")))),
			"there are no usable AWS credentials; set a profile or the AWS environment variables"},
		"unreadable": {also, operation(&smithy.DeserializationError{Err: errors.New("hunter2")}),
			"the answer cannot be read as Parameter Store's; try again, and check the endpoint if one is set"},
		"an_attempt_that_took_too_long": {call, operation(&url.Error{Op: "Post", URL: "http://127.0.0.1:1/", Err: os.ErrDeadlineExceeded}),
			"no answer in time; try again, and check that IAM can be reached from here"},
		"no_connection": {call, operation(&url.Error{Op: "Post", URL: "http://127.0.0.1:1/", Err: errors.New("connection refused")}),
			`no connection to IAM (Post "http://127.0.0.1:1/": connection refused); check the network and the endpoint`},
		"a_proxys_refusal": {call, operation(&smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: 403}}, Err: errors.New("hunter2")}),
			"the answer cannot be read as IAM's; try again, and check the endpoint if one is set"},
		"an_answer_that_broke_off": {call, io.ErrUnexpectedEOF, "the answer of IAM broke off; try again"},
		"what_no_service_answered": {call, operation(errors.New("not found, ResolveEndpointV2")), "not found, ResolveEndpointV2"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.call.Explain(t.Context(), test.err).Error(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestExplain_time_is_up(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	got := awsapi.Call{Service: "STS"}.Explain(ctx, &aws.RequestCanceledError{Err: ctx.Err()}).Error()
	if want := "no answer in time; try again, and check that STS can be reached from here"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestLimited(t *testing.T) {
	kept := errors.New("its settings are kept")
	own := awshttp.NewBuildableClient().WithTransportOptions(func(transport *http.Transport) {
		transport.Proxy = func(*http.Request) (*url.URL, error) { return nil, kept }
	})
	for name, cfg := range map[string]aws.Config{"without a client": {}, "with the SDK's": {HTTPClient: own}} {
		limited := awsapi.Limited(cfg)
		client, ok := limited.HTTPClient.(*http.Client)
		if !ok || client.Timeout != 5*time.Second {
			t.Fatalf("%s: got %+v, want a limit of 5 s", name, limited.HTTPClient)
		}
		if awsapi.Limited(limited).HTTPClient != limited.HTTPClient {
			t.Errorf("%s: the connections are not shared", name)
		}
		other, ok := awsapi.LimitedTo(limited, time.Minute).HTTPClient.(*http.Client)
		if !ok || other.Timeout != time.Minute || other.Transport != client.Transport || client.Timeout == time.Minute {
			t.Errorf("%s: got %+v, want another limit and the same connections", name, other)
		}
		if cfg.HTTPClient == nil {
			continue
		}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:1", nil)
		if err != nil {
			t.Fatal(err)
		}
		if response, err := client.Do(request); !errors.Is(err, kept) {
			t.Errorf("%s: got %v, %v", name, response, err)
		}
	}
	if got := own.GetTimeout(); got != 0 {
		t.Errorf("the client that was given got the limit %s", got)
	}
}

func TestLimited_other_client(t *testing.T) {
	other := &http.Client{}
	got := awsapi.Limited(aws.Config{Region: "eu-west-1", HTTPClient: other})
	if got.HTTPClient != other || got.Region != "eu-west-1" {
		t.Errorf("got %+v", got)
	}
}
