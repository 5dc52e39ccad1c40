package account

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/logging"

	"amplify-boundary/internal/test/mototest"
)

const callerFault = "ask AWS for the caller's account: "

func TestCaller(t *testing.T) {
	got, err := Caller(t.Context(), mototest.Config(mototest.Start(t), "eu-west-1"))
	if err != nil || got != mototest.AccountID {
		t.Errorf("got %s, %v, want %s", got, err, mototest.AccountID)
	}
}

func TestCaller_refused(t *testing.T) {
	fault := func(code, message string) string {
		return "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>" + message + "</Message></Error><RequestId>r</RequestId></ErrorResponse>"
	}
	for name, test := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"denied": {403, fault("AccessDenied", "an explicit deny in a service control policy"),
			"access denied (an explicit deny in a service control policy); allow sts:GetCallerIdentity there"},
		"expired":          {403, fault("ExpiredToken", "hunter2"), "the AWS credentials are refused (ExpiredToken); renew them"},
		"unknown_key":      {403, fault("InvalidClientTokenId", "hunter2"), "the AWS credentials are refused (InvalidClientTokenId); renew them"},
		"wrong_secret_key": {403, fault("SignatureDoesNotMatch", "hunter2"), "the AWS credentials are refused (SignatureDoesNotMatch); renew them"},
		"throttled":        {400, fault("Throttling", "hunter2"), "throttled, after several attempts; try again later"},
		"another_fault":    {400, fault("RegionDisabledException", "hunter2"), "error from STS: RegionDisabledException; try again"},
		"no_xml":           {200, "hunter2", "the answer cannot be read as STS's; try again, and check the endpoint if one is set"},
		"nothing":          {200, "", "the answer cannot be read as STS's; try again, and check the endpoint if one is set"},
		"without_an_account": {200, "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>hunter2</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>",
			"the answer cannot be read as STS's; try again, and check the endpoint if one is set"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Caller(t.Context(), answering(t, test.status, test.body))
			if err == nil || got != "" {
				t.Fatalf("got %q, %v", got, err)
			}
			if got, want := err.Error(), callerFault+test.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestCaller_no_credentials(t *testing.T) {
	cfg := answering(t, 200, "")
	cfg.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{}, fmt.Errorf("hunter2")
	})
	_, err := Caller(t.Context(), cfg)
	want := callerFault + "there are no usable AWS credentials; set a profile or the AWS environment variables"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestCaller_no_connection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	_, err = Caller(t.Context(), once(mototest.Config("http://"+address, "eu-west-1")))
	want := callerFault + `no connection to STS (Post "http://` + address + `/": dial tcp ` + address + `: connect: connection refused); check the network and the endpoint`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestCaller_time_is_up(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server see that the caller has gone
		cancel()
		<-r.Context().Done() // no answer arrives before the end of the time
	}))
	defer server.Close()
	_, err := Caller(ctx, once(mototest.Config(server.URL, "eu-west-1")))
	want := callerFault + "no answer in time; try again, and check that STS can be reached from here"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// stderr holds the command's own messages, not the SDK's.
func TestClients_log_nothing(t *testing.T) {
	var log bytes.Buffer
	cfg := answering(t, 400, "hunter2")
	cfg.Logger = logging.NewStandardLogger(&log)
	cfg.ClientLogMode = aws.LogRequest | aws.LogResponse
	_, _ = Caller(t.Context(), cfg)
	_, _ = NewPolicies(cfg).Find(t.Context(), "arn:aws:iam::123456789012:policy/one")
	if got := log.String(); strings.TrimSpace(got) != "" {
		t.Errorf("got %s", got)
	}
}

// answering returns the configuration of a client that gets one answer to whatever it asks.
func answering(t *testing.T, status int, body string) aws.Config {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	return once(mototest.Config(server.URL, "eu-west-1"))
}

// once keeps a client from waiting for further attempts.
func once(cfg aws.Config) aws.Config {
	cfg.RetryMaxAttempts = 1
	return cfg
}
