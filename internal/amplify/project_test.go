package amplify

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// written writes files, named from a new directory, and returns the directory.
func written(t *testing.T, files map[string]string) (root string) {
	t.Helper()
	root = t.TempDir()
	for name, content := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestFind(t *testing.T) {
	root := written(t, map[string]string{
		"app/amplify/.config/project-config.json":                `{"projectName": "bookshop"}`,
		"app/amplify/backend/function/lend/src/index.js":         "",
		"app/src/pages/index.js":                                 "",
		"app/inner/amplify/.config/project-config.json":          `{}`,
		"app/inner/src/index.js":                                 "",
		"app/amplify/backend/amplify/no-project-of-its-own/note": "",
	})
	for _, test := range []struct{ dir, want string }{
		{"app", "app/amplify"},
		{"app/src/pages", "app/amplify"},
		{"app/amplify", "app/amplify"},
		{"app/amplify/.config", "app/amplify"},
		{"app/amplify/backend/function/lend/src", "app/amplify"},
		{"app/amplify/backend", "app/amplify"},
		{"app/inner/src", "app/inner/amplify"},
		{"app/src/not-there-yet", "app/amplify"},
	} {
		t.Run(test.dir, func(t *testing.T) {
			got, err := Find(filepath.Join(root, test.dir))
			if err != nil {
				t.Fatal(err)
			}
			if want := filepath.Join(root, test.want); got.dir != want || got.root != filepath.Dir(want) {
				t.Errorf("got %+v, want %s", got, want)
			}
		})
	}
}

func TestFind_relative(t *testing.T) {
	root := written(t, map[string]string{"amplify/.config/project-config.json": `{}`, "src/index.js": ""})
	t.Chdir(filepath.Join(root, "src"))
	got, err := Find(".")
	if err != nil {
		t.Fatal(err)
	}
	if !sameFile(t, got.dir, filepath.Join(root, "amplify")) {
		t.Errorf("got %+v, want the project in %s", got, root)
	}
}

func TestFind_no_project(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"no_directory_amplify":      {"src/index.js": ""},
		"amplify_without_config":    {"src/index.js": "", "amplify/data/resource.ts": ""}, // as in Amplify Gen 2
		"amplify/.config is a file": {"src/index.js": "", "amplify/.config": ""},
		".config of something else": {"src/index.js": "", ".config/tool.json": ""},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(written(t, files), "src")
			got, err := Find(dir)
			if !errors.Is(err, ErrNoProject) || got != (Project{}) {
				t.Fatalf("got %+v, %v, want %v", got, err, ErrNoProject)
			}
			want := dir + ": not in an Amplify project (no directory amplify/.config)"
			if got := err.Error(); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestOpen(t *testing.T) {
	root := written(t, map[string]string{"amplify/.config/project-config.json": `{}`, "src/index.js": ""})
	want := filepath.Join(root, "amplify")
	for _, dir := range []string{root, want} {
		if got, err := Open(dir); err != nil || got != (Project{want, dir}) {
			t.Errorf("%s: got %+v, %v, want %s", dir, got, err, want)
		}
	}
	t.Chdir(filepath.Join(root, "amplify"))
	if got, err := Open("."); err != nil || !sameFile(t, got.dir, want) {
		t.Errorf("from inside: got %+v, %v, want %s", got, err, want)
	}
}

// A directory that is named is the one that is meant: those above it are not looked at.
func TestOpen_no_project(t *testing.T) {
	root := written(t, map[string]string{"amplify/.config/project-config.json": `{}`, "src/index.js": ""})
	for _, dir := range []string{"src", "amplify/.config", "not-there"} {
		got, err := Open(filepath.Join(root, dir))
		if !errors.Is(err, ErrNoProject) || got != (Project{}) {
			t.Errorf("%s: got %+v, %v, want %v", dir, got, err, ErrNoProject)
		}
	}
}

func TestCurrentEnvironment(t *testing.T) {
	for name, test := range map[string]struct{ content, want string }{
		"as_amplify_writes_it": {"{\n  \"projectPath\": \"/home/me/bookshop\",\n  \"defaultEditor\": \"code\",\n  \"envName\": \"dev\"\n}", "dev"},
		"compact":              {`{"envName":"prod"}`, "prod"},
		"escaped":              {`{"envName":"\u0064ev"}`, "dev"},
		"other_keys_only":      {`{"projectPath": "/home/me/bookshop", "envname": "dev"}`, ""},
		"empty_object":         {`{}`, ""},
		"empty_name":           {`{"envName": ""}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			root := written(t, map[string]string{"amplify/.config/local-env-info.json": test.content})
			got, err := opened(t, root).CurrentEnvironment()
			if err != nil || got != test.want {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

func TestCurrentEnvironment_none(t *testing.T) {
	root := written(t, map[string]string{"amplify/.config/project-config.json": `{"projectName": "bookshop", "envName": "wrong"}`})
	if got, err := opened(t, root).CurrentEnvironment(); err != nil || got != "" {
		t.Errorf("got %q, %v, want none", got, err)
	}
}

func TestCurrentEnvironment_malformed(t *testing.T) {
	for name, test := range map[string]struct{ content, want string }{
		"empty":               {``, " is not valid JSON at byte 0: it ends too early"},
		"cut_off":             {`{"projectPath": "hunter2`, " is not valid JSON at byte 24: it ends too early"},
		"no_json":             {`hunter2`, " is not valid JSON at byte 0: a character or an escape does not belong there"},
		"a_list":              {`["hunter2"]`, " is not an object"},
		"null":                {`null`, " is not an object"},
		"name_is_no_string":   {`{"envName": {"hunter2": 1}}`, ": envName is not a string"},
		"name_is_null":        {`{"envName": null}`, ": envName is not a string"},
		"merge_conflict":      {"{\n<<<<<<< HEAD\n\"envName\": \"hunter2\"}", " is not valid JSON at byte 2: a character or an escape does not belong there"},
		"two_names":           {`{"envName": "dev", "envName": "hunter2"}`, " is not valid JSON at byte 19: a name appears twice in one object"},
		"something_behind_it": {`{"envName": "dev"} hunter2`, " is not valid JSON at byte 19: something follows its end"},
	} {
		t.Run(name, func(t *testing.T) {
			root := written(t, map[string]string{"amplify/.config/local-env-info.json": test.content})
			got, err := opened(t, root).CurrentEnvironment()
			if err == nil || got != "" {
				t.Fatalf("got %q, %v", got, err)
			}
			want := filepath.Join(root, "amplify", ".config", "local-env-info.json") + test.want +
				"; correct it, or name the environment"
			if got := err.Error(); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		})
	}
}

func TestCurrentEnvironment_unreadable(t *testing.T) {
	root := written(t, map[string]string{"amplify/.config/local-env-info.json/note": ""}) // a directory
	got, err := opened(t, root).CurrentEnvironment()
	if err == nil || got != "" || !strings.Contains(err.Error(), "local-env-info.json") {
		t.Errorf("got %q, %v, want an error that names the file", got, err)
	}
}

func opened(t *testing.T, root string) Project {
	t.Helper()
	project, err := Open(root)
	if err != nil {
		t.Fatal(err)
	}
	return project
}

func sameFile(t *testing.T, a, b string) bool {
	t.Helper()
	infoA, err := os.Stat(a)
	if err != nil {
		t.Fatal(err)
	}
	infoB, err := os.Stat(b)
	if err != nil {
		t.Fatal(err)
	}
	return os.SameFile(infoA, infoB)
}
