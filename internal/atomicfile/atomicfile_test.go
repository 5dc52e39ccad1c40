package atomicfile_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/atomicfile"
)

func TestWriteMakesAFileThatIsNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.json")
	write(t, path, "new")
	if got, want := read(t, path), "new"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestWriteReplacesAFileWithoutWritingIntoIt(t *testing.T) {
	path := existing(t, "old and long", 0o640)
	reader, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	write(t, path, "new")
	if got, want := read(t, path), "new"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if old, err := io.ReadAll(reader); err != nil || string(old) != "old and long" {
		t.Errorf("who has the old file open reads %q, %v", old, err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("got %v, %v in the directory, want one file", entries, err)
	}
}

func TestWriteKeepsPermissions(t *testing.T) {
	for _, want := range []os.FileMode{0o600, 0o444, 0o666, 0o755} {
		path := existing(t, "old", want)
		write(t, path, "new")
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("got permissions %o, want %o", got, want)
		}
	}
}

func TestWriteFollowsASymbolicLink(t *testing.T) {
	target := existing(t, "old", 0o600)
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	write(t, link, "new")
	if got, want := read(t, target), "new"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, err := os.Readlink(link); err != nil || got != target {
		t.Errorf("got a link to %s, %v, want %s", got, err, target)
	}
}

func TestWriteThatFailsNamesTheFileAndLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(dir, "missing", "new.json"), filepath.Join(dir, "taken")} {
		if err := atomicfile.Write(path, []byte("new")); err == nil || !strings.Contains(err.Error(), filepath.Base(path)) {
			t.Errorf("%s: got %v, want an error that names it", path, err)
		}
	}
	var got []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if diff := cmp.Diff([]string{"taken"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func existing(t *testing.T, content string, permissions os.FileMode) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "file.json")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, permissions); err != nil {
		t.Fatal(err)
	}
	return path
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := atomicfile.Write(path, []byte(content)); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
