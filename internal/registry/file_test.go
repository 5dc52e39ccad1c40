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

func TestFileReturnsTheValuesOfTheNamesThatItHas(t *testing.T) {
	path := written(t, `{"/p/dev": "`+arnOne+`", "/p/_def\u0061ult": "none", "/p/other": "`+arnTwo+`"}`)
	got, err := NewFile(path).Values(t.Context(), []string{"/p/dev", "/p/_default", "/p/missing"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"/p/dev": arnOne, "/p/_default": "none"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFileWithoutAnyValueIsNoFault(t *testing.T) {
	got, err := NewFile(written(t, `{}`)).Values(t.Context(), []string{"/p/dev"})
	if err != nil || len(got) != 0 {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestFileIsReadAtEachLookup(t *testing.T) {
	path := written(t, `{"/p/dev": "`+arnOne+`"}`)
	file := NewFile(path)
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

func TestFileThatIsNotThere(t *testing.T) {
	values, err := NewFile(filepath.Join(t.TempDir(), "none.json")).Values(t.Context(), []string{"/p/dev"})
	if values != nil || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v, %v", values, err)
	}
	if got, want := err.Error(), "read registry file: open "; !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want %s...", got, want)
	}
}

func TestFileThatIsMalformed(t *testing.T) {
	const form = " is not a JSON object from SSM parameter names to values, both strings"
	for _, test := range []struct{ name, content, want string }{
		{"nothing", ``, " is not valid JSON at byte 0: it ends too early"},
		{"cut off", `{"/p/dev":"hunter2`, " is not valid JSON at byte 18: it ends too early"},
		{"a duplicate name", `{"/p/dev":"hunter2","/p/dev":"none"}`, " is not valid JSON at byte 20: a name appears twice in one object"},
		{"more than one value", `{} {"hunter2":""}`, " is not valid JSON at byte 3: a character or an escape does not belong there"},
		{"null", `null`, form},
		{"a list", `["hunter2"]`, form},
		{"a string", `"hunter2"`, form},
		{"a number for a value", `{"/p/dev":5}`, form},
		{"an object for a value", `{"/p/dev":{"hunter2":"x"}}`, form},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := written(t, test.content)
			values, err := NewFile(path).Values(t.Context(), []string{"/p/dev"})
			if values != nil || err == nil {
				t.Fatalf("got %v, %v", values, err)
			}
			if got, want := err.Error(), `registry file "`+path+`"`+test.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
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
