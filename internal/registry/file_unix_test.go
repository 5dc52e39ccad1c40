//go:build unix

package registry

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// A registry file can be a pipe. The wait for what nobody writes ends with the context.
func TestFile_interrupted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := ExistingFile(path).Values(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

// A pipe can be read once, and a command reads several entries.
func TestFile_pipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	go os.WriteFile(path, []byte(`{"/p/dev": "none"}`), 0)
	file := ExistingFile(path)
	for range 2 {
		if values, err := file.Values(t.Context(), []string{"/p/dev"}); err != nil || values["/p/dev"] != "none" {
			t.Errorf("got %v, %v", values, err)
		}
	}
}
