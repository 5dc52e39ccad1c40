package registry

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFile_first_write(t *testing.T) {
	path := filepath.Join(t.TempDir(), "boundaries.json")
	store := NewFile(path)
	wantMissing(t, store, "/p/dev")
	if _, err := os.Stat(path); err == nil {
		t.Error("reading made the file")
	}
	add(t, store, "/p/dev", arnOne)
	add(t, store, "/p/_default", "none")
	want := "{\n  \"/p/dev\": \"" + arnOne + "\",\n  \"/p/_default\": \"none\"\n}\n"
	if diff := cmp.Diff(want, text(t, path)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestFile_other_entries_stay(t *testing.T) {
	const before = "{ \"/p/zoo\" : \"n\\u006fne\",\r\n\t\"/p/dev\": \"" + arnOne + "\" ,\r\n\r\n\t\"/q/\\u0061bc\":\"none\"}\r\n\n"
	for name, test := range map[string]struct {
		change func(store *File) error
		want   string
	}{
		"add": {
			func(store *File) error { return second(store.Write(t.Context(), Write{Name: "/p/abc", Value: arnTwo})) },
			strings.Replace(before, "\"none\"}", "\"none\",\r\n\r\n\t\"/p/abc\": \""+arnTwo+"\"}", 1),
		},
		"replace_the_first": {
			func(store *File) error { return replace(t, store, "/p/zoo", "none", arnTwo) },
			strings.Replace(before, `n\u006fne`, arnTwo, 1),
		},
		"replace_one_in_the_middle": {
			func(store *File) error { return replace(t, store, "/p/dev", arnOne, arnTwo) },
			strings.Replace(before, arnOne, arnTwo, 1),
		},
		"replace_one_whose_name_is_escaped": {
			func(store *File) error { return replace(t, store, "/q/abc", "none", arnTwo) },
			strings.Replace(before, `"none"`, `"`+arnTwo+`"`, 1),
		},
		"remove_the_first": {
			func(store *File) error { return store.Remove(t.Context(), Parameter{Name: "/p/zoo", Value: "none"}) },
			strings.Replace(before, "\"/p/zoo\" : \"n\\u006fne\",\r\n\t", "", 1),
		},
		"remove_the_last": {
			func(store *File) error { return store.Remove(t.Context(), Parameter{Name: "/q/abc", Value: "none"}) },
			strings.Replace(before, ",\r\n\r\n\t\"/q/\\u0061bc\":\"none\"", "", 1),
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := written(t, before)
			if err := test.change(NewFile(path)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, text(t, path)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func replace(t *testing.T, store *File, name, old, value string) error {
	version, err := store.Write(t.Context(), Write{name, value, &Parameter{Name: name, Value: old}})
	if version != 0 {
		t.Errorf("got version %d of a file", version)
	}
	return err
}

func TestFile_replaced_whole(t *testing.T) {
	path := written(t, `{"/p/dev": "`+arnOne+`"}`)
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	reader, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	add(t, NewFile(path), "/p/prod", "none")
	if old, err := io.ReadAll(reader); err != nil || string(old) != `{"/p/dev": "`+arnOne+`"}` {
		t.Errorf("who has the old file open reads %s, %v", old, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := info.Mode().Perm(), os.FileMode(0o640); got != want {
		t.Errorf("got permissions %o, want %o", got, want)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("got %v, %v in the directory, want the file alone", entries, err)
	}
}

func TestFile_unwritable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "missing", "boundaries.json")
	_, err := NewFile(path).Write(t.Context(), Write{Name: "/p/dev", Value: "none"})
	if err == nil || !strings.HasPrefix(err.Error(), "write registry file: ") || !strings.Contains(err.Error(), filepath.Dir(path)) {
		t.Errorf("got %v, want an error that names the directory", err)
	}
}

// Each method reads the file, and none may mistake a malformed file for an empty one.
func TestFile_malformed(t *testing.T) {
	for name, test := range map[string]struct{ content, want string }{
		"nothing":                 {``, " is not valid JSON at byte 0: it ends too early"},
		"cut_off":                 {`{"/p/dev":"hunter2`, " is not valid JSON at byte 18: it ends too early"},
		"a_duplicate_name":        {`{"/p/dev":"hunter2","/p/dev":"none"}`, " is not valid JSON at byte 20: a name appears twice in one object"},
		"more_than_one_value":     {`{} {"hunter2":""}`, " is not valid JSON at byte 3: something follows its end"},
		"null":                    {`null`, " is not an object"},
		"a_list":                  {`["hunter2"]`, " is not an object"},
		"a_number_for_a_value":    {`{"/p/dev":5}`, ": the value of /p/dev is not a string; the file must be an object from SSM parameter names to values"},
		"null_for_a_value":        {`{"/p/prod":"none","/p/dev":null}`, ": the value of /p/dev is not a string; the file must be an object from SSM parameter names to values"},
		"an_object_for_a_value":   {`{"/p/dev":{"x":"hunter2"}}`, ": the value of /p/dev is not a string; the file must be an object from SSM parameter names to values"},
		"a_merge_conflict_inside": {"{\n<<<<<<< hunter2\n}", " is not valid JSON at byte 2: a character or an escape does not belong there"},
	} {
		t.Run(name, func(t *testing.T) {
			path := written(t, test.content)
			store := NewFile(path)
			for call, err := range map[string]error{
				"Values":    second(store.Values(t.Context(), []string{"/p/dev"})),
				"Parameter": third(store.Parameter(t.Context(), "/p/dev")),
				"List":      second(store.List(t.Context(), "/p")),
				"Add":       second(store.Write(t.Context(), Write{Name: "/p/new", Value: "none"})),
				"Replace":   second(store.Write(t.Context(), Write{"/p/dev", "none", &Parameter{Name: "/p/dev", Value: "hunter2"}})),
				"Remove":    store.Remove(t.Context(), Parameter{Name: "/p/dev", Value: "hunter2"}),
			} {
				if err == nil {
					t.Errorf("%s: got no error", call)
					continue
				}
				if got, want := err.Error(), `registry file "`+path+`"`+test.want; got != want {
					t.Errorf("%s:\ngot  %s\nwant %s", call, got, want)
				}
			}
			if got := text(t, path); got != test.content {
				t.Errorf("the file became %s", got)
			}
		})
	}
}

func TestFile_directory(t *testing.T) {
	store := NewFile(t.TempDir()) // a directory
	for call, err := range map[string]error{
		"read":  second(store.Values(t.Context(), []string{"/p/dev"})),
		"write": second(store.Write(t.Context(), Write{Name: "/p/new", Value: "none"})),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), call+" registry file: ") {
			t.Errorf("%s: got %v, want an error", call, err)
		}
	}
}

func TestFile_refusals(t *testing.T) {
	path := written(t, `{"/p/dev": "hunter2"}`)
	store := NewFile(path)
	for _, test := range []struct {
		err  error
		want string
	}{
		{second(store.Write(t.Context(), Write{Name: "/p/dev", Value: "none"})), `/p/dev in registry file "` + path + `": it exists already`},
		{second(store.Write(t.Context(), Write{"/p/dev", "none", &Parameter{Name: "/p/dev", Value: arnOne}})),
			`/p/dev in registry file "` + path + `": it was changed meanwhile; look at it and try again`},
		{second(store.History(t.Context(), "/p/dev")), "only Parameter Store keeps a history, a registry file does not"},
	} {
		if test.err == nil {
			t.Errorf("got no error, want %s", test.want)
		} else if got := test.err.Error(); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

func TestFile_History(t *testing.T) {
	versions, err := NewFile(written(t, `{"/p/dev": "none"}`)).History(t.Context(), "/p/dev")
	if !errors.Is(err, ErrNoHistory) || versions != nil {
		t.Errorf("got %v, %v, want %v", versions, err, ErrNoHistory)
	}
}

// second and third return only the error of a call.
func second[T any](_ T, err error) error        { return err }
func third[T, U any](_ T, _ U, err error) error { return err }

func text(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
