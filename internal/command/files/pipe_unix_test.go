//go:build unix

package files_test

import (
	"syscall"
	"testing"
)

func makePipe(t *testing.T, path string) {
	t.Helper()
	_ = syscall.Mkfifo(path, 0o600) // the name can be taken
}
