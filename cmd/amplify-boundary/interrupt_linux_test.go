package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/google/go-cmp/cmp"
)

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
			awaitOpen := watch(t, lock.Path())
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			cmd := exec.CommandContext(ctx, binary, arguments...)
			cmd.Dir, cmd.Env = dir, prepare(ctx, dir).Env
			interrupt(ctx, t, cmd, awaitOpen, "interrupted; a write may have completed")
			if diff := cmp.Diff(before, read(t, filepath.Join(dir, "registry.json"))); diff != "" {
				t.Errorf("file (-want +got):\n%s", diff)
			}
		})
	}
}

// watch returns what waits until a process opens a file. The wait for a lock opens its file again and again, each time only
// for a moment.
func watch(t *testing.T, file string) (awaitOpen func()) {
	t.Helper()
	descriptor, err := syscall.InotifyInit1(syscall.IN_CLOEXEC | syscall.IN_NONBLOCK)
	if err != nil {
		t.Fatal(err)
	}
	events := os.NewFile(uintptr(descriptor), "inotify")
	t.Cleanup(func() { _ = events.Close() })
	if _, err := syscall.InotifyAddWatch(descriptor, file, syscall.IN_OPEN); err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		if err := events.SetReadDeadline(time.Now().Add(limit)); err != nil {
			t.Fatal(err)
		}
		if _, err := events.Read(make([]byte, syscall.SizeofInotifyEvent)); err != nil {
			t.Fatalf("the command does not open the lock file: %v", err)
		}
	}
}
