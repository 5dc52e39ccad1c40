package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A command that is interrupted while AWS has not answered ends at once.
func TestInterrupted(t *testing.T) {
	asked := make(chan struct{}, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then the server sees the command go
		asked <- struct{}{}
		<-r.Context().Done()
	}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, "env", "list")
	cmd.Env = []string{"AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_REGION=eu-west-1", "AWS_ENDPOINT_URL=" + server.URL}
	interrupt(ctx, t, cmd, func() { <-asked }, "interrupted")
}

// A command that is interrupted while it waits for standard input ends at once, too.
func TestInterruptedReading(t *testing.T) {
	const reading, writing = "interrupted", "interrupted; a write may have completed"
	for _, test := range []struct {
		arguments []string
		want      string
	}{
		{[]string{"check", "-", "--output", "json"}, reading},
		{[]string{"transform", "-"}, reading},
		{[]string{"invoke", "-"}, reading},
		{[]string{"guard", "-"}, reading},
		{[]string{"declare", "-"}, writing},
		{[]string{"undeclare", "-"}, writing},
		{[]string{"report", "--to", "-", "-"}, writing},
		{[]string{"account", "import", "-"}, writing},
	} {
		t.Run(test.arguments[0], func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			cmd := exec.CommandContext(ctx, binary, test.arguments...)
			cmd.Env = []string{"AWS_EC2_METADATA_DISABLED=true", "AWS_REGION=eu-west-1"}
			input, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer writer.Close()
			cmd.Stdin = input
			interrupt(ctx, t, cmd, func() {
				input.Close()
				awaitReader(t, writer)
			}, test.want)
		})
	}
}

// interrupt starts a binary, interrupts it once it waits, and makes sure that it ends as interrupted, with no result.
func interrupt(ctx context.Context, t *testing.T, cmd *exec.Cmd, await func(), want string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	await()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if got, want := exitCode(ctx, t, cmd.Wait()), 130; got != want {
		t.Errorf("got exit code %d, want %d", got, want)
	}
	if diff := cmp.Diff("amplify-boundary: error: "+want+"\n", stderr.String()); diff != "" {
		t.Errorf("stderr (-want +got):\n%s", diff)
	}
	if stdout.Len() > 0 {
		t.Errorf("stdout: got %q", stdout.String())
	}
}

// awaitReader returns once somebody reads from a pipe: what is larger than the pipe's buffer is gone then.
func awaitReader(t *testing.T, writer *os.File) {
	t.Helper()
	if err := writer.SetWriteDeadline(time.Now().Add(limit)); err != nil {
		t.Fatal(err)
	}
	if _, err := writer.Write(bytes.Repeat([]byte("#"), 1<<20)); err != nil {
		t.Fatalf("nobody reads standard input: %v", err)
	}
}
