package registry

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExistingFile(t *testing.T) {
	path := written(t, `{"/p/dev": "`+arnOne+`", "/p/_def\u0061ult": "none", "/p/other": "`+arnTwo+`"}`)
	for name, test := range map[string]struct {
		names []string
		want  map[string]string
	}{
		"some":    {[]string{"/p/dev", "/p/_default", "/p/missing"}, map[string]string{"/p/dev": arnOne, "/p/_default": "none"}},
		"nothing": {[]string{"/p/missing"}, map[string]string{}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := ExistingFile(path).Values(t.Context(), test.names)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestExistingFile_read_at_each_call(t *testing.T) {
	path := written(t, `{"/p/dev": "`+arnOne+`"}`)
	file := ExistingFile(path)
	for _, want := range []string{arnOne, arnTwo} {
		if err := os.WriteFile(path, []byte(`{"/p/dev": "`+want+`"}`), 0o600); err != nil {
			t.Fatal(err)
		}
		values, err := file.Values(t.Context(), []string{"/p/dev"})
		if err != nil {
			t.Fatal(err)
		}
		if got := values["/p/dev"]; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestExistingFile_missing(t *testing.T) {
	values, err := ExistingFile(filepath.Join(t.TempDir(), "none.json")).Values(t.Context(), []string{"/p/dev"})
	if values != nil || !errors.Is(err, fs.ErrNotExist) {
		t.Fatalf("got %v, %v", values, err)
	}
	if got, want := err.Error(), "read registry file: open "; !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want %s...", got, want)
	}
}

func written(t *testing.T, content string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "boundaries.json")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
