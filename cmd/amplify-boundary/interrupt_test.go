package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gofrs/flock"
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

// A command that waits for the lock of a file ends at once when it is interrupted, and writes nothing.
func TestInterruptedWaiting(t *testing.T) {
	for _, arguments := range [][]string{
		{"env", "add", "prod", "--permissions-boundary", devARN, "--registry", "registry.json"},
		{"env", "update", "dev", "--permissions-boundary", testARN, "--registry", "registry.json"},
		{"env", "remove", "dev", "--yes", "--registry", "registry.json"},
		{"account", "set", "123456789012", "dev", "--registry", "registry.json"},
		{"except", "add", "x", "--role", "x", "--reason", "x", "--registry", "registry.json"},
		{"declare", "registry.json"},
	} {
		t.Run(strings.Join(arguments[:2], "_"), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			before := of(devARN)
			if arguments[0] == "declare" {
				before = `{"Resources": {"R": {"Type": "AWS::SNS::Topic"}}}`
			}
			write(t, filepath.Join(dir, "registry.json"), before)
			lock := flock.New(filepath.Join(dir, ".registry.json.lock"))
			if err := lock.Lock(); err != nil {
				t.Fatal(err)
			}
			defer lock.Unlock()
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			cmd := exec.CommandContext(ctx, binary, arguments...)
			cmd.Dir, cmd.Env = dir, prepare(ctx, dir).Env
			interrupt(ctx, t, cmd, func() { awaitOpen(ctx, t, cmd, lock.Path()) }, "interrupted; a write may have completed")
			if diff := cmp.Diff(before, read(t, filepath.Join(dir, "registry.json"))); diff != "" {
				t.Errorf("file (-want +got):\n%s", diff)
			}
		})
	}
}

// awaitOpen returns once a process has opened a file.
func awaitOpen(ctx context.Context, t *testing.T, cmd *exec.Cmd, file string) {
	t.Helper()
	descriptors := fmt.Sprintf("/proc/%d/fd", cmd.Process.Pid)
	for ctx.Err() == nil {
		entries, err := os.ReadDir(descriptors)
		if err != nil {
			t.Skipf("only Linux lists the files of a process: %v", err)
		}
		for _, e := range entries {
			if target, err := os.Readlink(filepath.Join(descriptors, e.Name())); err == nil && target == file {
				return
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("the command does not open the lock file")
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
