package amplify

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBackend(t *testing.T) {
	root := written(t, map[string]string{
		"amplify/.config/project-config.json": `{}`,
		"amplify/backend/backend-config.json": `{"function": {"lend": {"service": "Lambda", "build": true}, "archive": {}},
			"parameters": {"AMPLIFY_function_lend_s3Key": {"usedBy": []}}, "api": {"books": {"service": "AppSync"}},
			"auth": {"members": {"service": "Cognito", "serviceType": "imported"}}}`,
	})
	project, err := Open(root)
	if err != nil {
		t.Fatal(err)
	}
	got, err := project.Backend()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, "amplify", "backend")
	want := Backend{Dir: dir, Resources: []Resource{
		{Category: "api", Name: "books", Dir: filepath.Join(dir, "api", "books")},
		{Category: "function", Name: "archive", Dir: filepath.Join(dir, "function", "archive")},
		{Category: "function", Name: "lend", Dir: filepath.Join(dir, "function", "lend")},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got, want := got.Override(), filepath.Join(dir, "awscloudformation", "override.ts"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestBackendRefuses(t *testing.T) {
	for _, test := range []struct{ name, config, want string }{
		{"missing", "", "does not exist; Amplify writes it with the project's first resource"},
		{"broken", `{"function":`, "is not valid JSON"},
		{"category_is_a_list", `{"function": []}`, " does not list resources by category and name; correct it"},
		{"resource_is_text", `{"function": {"lend": "secret"}}`, " does not list resources by category and name; correct it"},
		{"category_leads_out", `{"../..": {"lend": {}}}`, "../.. cannot be the name of a directory; correct it"},
		{"resource_leads_out", `{"function": {"../../x": {}}}`, "../../x cannot be the name of a directory; correct it"},
		{"resource_is_a_path", `{"function": {"a/b": {}}}`, "a/b cannot be the name of a directory; correct it"},
		{"resource_is_a_windows_path", `{"function": {"a\\b": {}}}`, "a\\b cannot be the name of a directory; correct it"},
		{"resource_is_a_drive", `{"function": {"c:": {}}}`, "c: cannot be the name of a directory; correct it"},
		{"resource_is_absolute", `{"function": {"/etc": {}}}`, "/etc cannot be the name of a directory; correct it"},
		{"resource_is_its_category", `{"function": {".": {}}}`, ". cannot be the name of a directory; correct it"},
		{"resource_is_above", `{"function": {"..": {}}}`, ".. cannot be the name of a directory; correct it"},
		{"resource_has_no_name", `{"function": {"": {}}}`, " cannot be the name of a directory; correct it"},
		{"imported_resource", `{"auth": {"../x": {"serviceType": "imported"}}}`, "../x cannot be the name of a directory; correct it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := map[string]string{"amplify/.config/project-config.json": `{}`}
			if test.config != "" {
				files["amplify/backend/backend-config.json"] = test.config
			}
			project, err := Open(written(t, files))
			if err != nil {
				t.Fatal(err)
			}
			_, err = project.Backend()
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret") {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
}

func TestResource_IsKept(t *testing.T) {
	r := Resource{Dir: filepath.Join("build", "api", "books")}
	for file, want := range map[string]bool{
		"build/cloudformation-template.json": false,
		"build/stacks/Book.json":             false,
		"stacks/CustomResources.json":        true,
		"books-cloudformation-template.json": true,
		"builder/template.json":              false,
		"src/template.json":                  false,
		"src/stacks/template.json":           false,
	} {
		if got := r.IsKept(filepath.Join(r.Dir, filepath.FromSlash(file))); got != want {
			t.Errorf("%s: got kept %t, want %t", file, got, want)
		}
	}
}

// A name that is accepted is that of a directory directly below another, on any system.
func FuzzIsSegment(f *testing.F) {
	for _, name := range []string{"lend", "..", ".", "", "a/b", `a\b`, "/a", "c:", "a\x00b", "...", "-x", "NUL"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if !isSegment(name) {
			return
		}
		below, err := filepath.Rel("base", filepath.Join("base", name))
		if err != nil || below != name || filepath.Dir(below) != "." || strings.ContainsAny(name, `/\:`) {
			t.Errorf("%q leads to %q, %v", name, below, err)
		}
	})
}
