package mototest_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"amplify-boundary/internal/test/mototest"
)

// recorder is a test whose end is looked at.
type recorder struct {
	testing.TB
	failed, skipped string
}

func (r *recorder) Fatalf(format string, arguments ...any) {
	r.failed = fmt.Sprintf(format, arguments...)
	runtime.Goexit()
}

func (r *recorder) Skipf(format string, arguments ...any) {
	r.skipped = fmt.Sprintf(format, arguments...)
	runtime.Goexit()
}

func TestInstalled_missing(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(root)
	missing := filepath.Join(root, ".venv", "bin", "moto_server") + " is not installed"
	for short, want := range map[string]recorder{
		"false": {failed: missing + "; run make test, which installs it, or go test -short"},
		"true":  {skipped: missing},
	} {
		t.Run("short_"+short, func(t *testing.T) {
			before := flag.Lookup("test.short").Value.String()
			defer flag.Set("test.short", before)
			if err := flag.Set("test.short", short); err != nil {
				t.Fatal(err)
			}
			got := &recorder{TB: t}
			done := make(chan struct{})
			go func() {
				defer close(done)
				mototest.Installed(got, "moto_server")
			}()
			<-done
			if got.failed != want.failed || got.skipped != want.skipped {
				t.Errorf("got failed %q, skipped %q\nwant failed %q, skipped %q", got.failed, got.skipped, want.failed, want.skipped)
			}
		})
	}
}
