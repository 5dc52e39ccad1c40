package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const erased = "\r\x1b[K"

// A command whose calls are throttled or slow says so at a terminal, and nothing in a pipe.
func TestWaiting(t *testing.T) {
	for name, test := range map[string]struct {
		throttled int64
		delay     time.Duration
		want      string
	}{
		"throttled": {2, 0, "\ramplify-boundary: waiting for AWS, retrying: throttled" + erased},
		"slow":      {0, 3 * time.Second, "\ramplify-boundary: waiting for AWS" + erased},
		"quick":     {0, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var calls atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/x-amz-json-1.1")
				if calls.Add(1) <= test.throttled {
					w.WriteHeader(http.StatusBadRequest)
					fmt.Fprint(w, `{"__type":"ThrottlingException","message":"Rate exceeded"}`)
					return
				}
				time.Sleep(test.delay)
				fmt.Fprint(w, `{"Parameters":[]}`)
			}))
			defer server.Close()
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			list := func() (*exec.Cmd, *strings.Builder) {
				calls.Store(0)
				cmd := exec.CommandContext(ctx, binary, "env", "list", "--region", "eu-west-1", "--account", "123456789012")
				cmd.Env = append(prepare(ctx, t.TempDir()).Env, "AWS_ENDPOINT_URL="+server.URL, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test")
				output := new(strings.Builder)
				cmd.Stdout = output
				return cmd, output
			}

			cmd, result := list()
			term := open(t, cmd)
			if got := exitCode(ctx, t, <-term.ended); got != 0 {
				t.Errorf("got exit code %d, want 0", got)
			}
			if got := term.shown(); !strings.Contains(got, test.want) || test.want == "" && strings.Contains(got, "AWS") {
				t.Errorf("screen: got %q, want %q", got, test.want)
			}
			onTerminal := result.String()

			cmd, result = list()
			errs := new(strings.Builder)
			cmd.Stderr = errs
			if got := exitCode(ctx, t, cmd.Run()); got != 0 {
				t.Errorf("got exit code %d, want 0", got)
			}
			if got := errs.String(); strings.Contains(got, "AWS") || strings.Contains(got, "\r") {
				t.Errorf("standard error in a pipe: got %q", got)
			}
			if got := result.String(); got != onTerminal {
				t.Errorf("standard output: got %q in a pipe, %q at a terminal", got, onTerminal)
			}
		})
	}
}

// The SDK's log of its search for credentials is of no use to a user, so none of it is shown.
func TestSilentSDK(t *testing.T) {
	metadata := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	defer metadata.Close()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, "env", "list", "--region", "eu-west-1")
	cmd.Env = append(prepare(ctx, t.TempDir()).Env, "AWS_EC2_METADATA_DISABLED=false", "AWS_EC2_METADATA_SERVICE_ENDPOINT="+metadata.URL)
	printed, err := cmd.CombinedOutput()
	want := "amplify-boundary: error: ssm:GetParametersByPath of /amplify-boundary: there are no usable AWS credentials; set a profile or the AWS environment variables\n"
	if exitCode(ctx, t, err) != 1 || string(printed) != want {
		t.Errorf("got %q, %v, want %q", printed, err, want)
	}
}
