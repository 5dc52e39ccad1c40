package examples_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
)

// TestAdopt runs adopt over the Amplify project, and undoes it.
func TestAdopt(t *testing.T) {
	project := t.TempDir()
	if err := os.CopyFS(project, os.DirFS("amplify-gen1")); err != nil {
		t.Fatal(err)
	}
	before := contents(t, project)
	adopt := []string{"adopt", "--amplify-dir", project, "--without-nested", "--yes", "--registry", "../events/boundaries.json"}
	report := run(t, adopt...)
	adopted := contents(t, project)

	// The line for the root is the one that make clients uses.
	if line := overrideLine(t); !strings.Contains(report, line) {
		t.Errorf("adopt does not print %s:\n%s", line, report)
	}
	want := []string{
		"amplify/backend/custom/digest/digest-cloudformation-template.json",
		"amplify/backend/function/shrinkphoto/shrinkphoto-cloudformation-template.json",
		"amplify/team-provider-info.json",
	}
	if diff := cmp.Diff(want, changed(before, adopted)); diff != "" {
		t.Fatalf("files that adopt changed (-want +got):\n%s", diff)
	}
	e := example{environment: always("dev"), parameters: amplifyParameters()}
	for _, file := range want[:2] {
		if got := checkBoundaries(t, checkTemplate(t, e, "stack", filepath.Join(project, file)).Processed, "dev"); got != 1 {
			t.Errorf("%s: got %d bounded roles, want 1", file, got)
		}
	}

	run(t, adopt...)
	if diff := cmp.Diff(adopted, contents(t, project)); diff != "" {
		t.Errorf("a second run (-first +second):\n%s", diff)
	}
	run(t, "undeclare", filepath.Join(project, "amplify", "backend"))
	if diff := cmp.Diff(want[2:], changed(before, contents(t, project))); diff != "" {
		t.Errorf("files that stay changed after undeclare (-want +got):\n%s", diff)
	}
}

// run runs a command, which must succeed, and returns its output.
func run(t *testing.T, arguments ...string) string {
	t.Helper()
	var out, errors strings.Builder
	streams := command.IO{In: strings.NewReader(""), Out: &out, Err: &errors, Getenv: func(string) string { return "" }}
	if code := program.Run(t.Context(), streams, arguments); code != 0 {
		t.Fatalf("%s: exit code %d\n%s", arguments[0], code, errors.String())
	}
	return out.String()
}

// overrideLine returns the line of override.ts that declares the macro.
func overrideLine(t *testing.T) string {
	t.Helper()
	for line := range strings.Lines(string(read(t, "amplify-gen1/override.ts"))) {
		if strings.Contains(line, "addTransform") {
			return strings.TrimSpace(line)
		}
	}
	t.Fatal("override.ts does not declare the macro")
	return ""
}

// contents returns the text of each file below a folder, by its path.
func contents(t *testing.T, folder string) map[string]string {
	t.Helper()
	texts := make(map[string]string)
	err := fs.WalkDir(os.DirFS(folder), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			texts[path] = string(read(t, filepath.Join(folder, path)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// changed returns the files that differ or are missing in one of them.
func changed(before, after map[string]string) []string {
	var files []string
	for file, text := range after {
		if old, found := before[file]; !found || old != text {
			files = append(files, file)
		}
	}
	for file := range before {
		if _, found := after[file]; !found {
			files = append(files, file)
		}
	}
	slices.Sort(files)
	return files
}
