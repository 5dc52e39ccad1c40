package pipelines_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"go.yaml.in/yaml/v4"
)

// action is a composite action, see
// https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax.
type action struct {
	Name, Description string
	Inputs            map[string]struct {
		Description string
		Default     *string
		Required    bool
	}
	Outputs map[string]struct{ Description, Value string }
	Runs    struct {
		Using string
		Steps []actionStep
	}
}

type actionStep struct {
	ID, If, Name, Uses, Shell, Run string
	Env, With                      map[string]string
}

func readAction(t *testing.T) (a action) {
	t.Helper()
	decoder := yaml.NewDecoder(strings.NewReader(read(t, root+"/action.yml")))
	decoder.KnownFields(true)
	if err := decoder.Decode(&a); err != nil {
		t.Fatal(err)
	}
	return a
}

// expression matches what GitHub replaces before a step runs.
var expression = regexp.MustCompile(`\$\{\{ *([a-z_.-]+) *\}\}`)

// unreleased has the values of a ref without a release, on a runner with Linux.
var unreleased = map[string]string{
	"github.server_url": "https://github.invalid", "github.action_repository": "OWNER/amplify-boundary", "github.action_ref": "main",
	"runner.os": "Linux", "runner.arch": "X64",
}

// GitHub accepts the metadata, and no input can become a part of a script.
func TestAction_metadata(t *testing.T) {
	a := readAction(t)
	if a.Name == "" || a.Description == "" || a.Runs.Using != "composite" {
		t.Errorf("got name %q, description %q, using %q", a.Name, a.Description, a.Runs.Using)
	}
	used := make(map[string]bool)
	for _, step := range a.Runs.Steps {
		if (step.Uses == "") == (step.Run == "") || (step.Run == "") != (step.Shell == "") {
			t.Errorf("%s: a step has uses, or run and shell", step.Name)
		}
		if step.Uses != "" && !regexp.MustCompile(`^[\w-]+/[\w-]+@[0-9a-f]{40}$`).MatchString(step.Uses) {
			t.Errorf("%s is not pinned by its hash", step.Uses)
		}
		if strings.Contains(step.Run, "${{") {
			t.Errorf("%s: an expression becomes a part of the script", step.Name)
		}
		for _, value := range step.Env {
			used[strings.TrimPrefix(expression.FindStringSubmatch(value)[1], "inputs.")] = true
		}
	}
	table := read(t, root+"/docs/pipelines.md")
	for name, input := range a.Inputs {
		if input.Description == "" || input.Default == nil || input.Required {
			t.Errorf("input %s has no description, or no default", name)
		}
		if !used[name] {
			t.Errorf("input %s is not used", name)
		}
		if !strings.Contains(table, "`"+name+"`") {
			t.Errorf("docs/pipelines.md does not have input %s", name)
		}
	}
	for name, output := range a.Outputs {
		if output.Description == "" || output.Value != "${{ steps.check.outputs."+name+" }}" {
			t.Errorf("output %s: got %+v", name, output)
		}
	}
}

// runner runs the steps of an action as GitHub's runner does.
type runner struct {
	action    action
	temporary string
	context   map[string]string // values of expressions
}

// newRunner builds the command with the action's own steps.
func newRunner(t *testing.T) runner {
	t.Helper()
	r := runner{readAction(t), t.TempDir(), unreleased}
	for _, name := range []string{"Download amplify-boundary", "Build amplify-boundary"} {
		if output, code, _ := r.step(t, name, t.TempDir(), nil); code != 0 {
			t.Fatalf("%s: exit code %d: %s", name, code, output)
		}
	}
	return r
}

// step runs one step in a workspace, and returns what it printed, its exit code and its outputs.
func (r runner) step(t *testing.T, name, workspace string, inputs map[string]string) (printed string, code int, outputs string) {
	t.Helper()
	at := slices.IndexFunc(r.action.Runs.Steps, func(s actionStep) bool { return s.Name == name })
	if at < 0 {
		t.Fatalf("the action has no step %q", name)
	}
	step := r.action.Runs.Steps[at]
	path, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	outputFile := filepath.Join(t.TempDir(), "output")
	variables := []string{"RUNNER_TEMP=" + r.temporary, "GITHUB_OUTPUT=" + outputFile}
	for variable, value := range step.Env {
		value = expression.ReplaceAllStringFunc(value, func(found string) string {
			name := expression.FindStringSubmatch(found)[1]
			if name == "github.action_path" {
				return path
			}
			if value, isKnown := r.context[name]; isKnown {
				return value
			}
			name = strings.TrimPrefix(name, "inputs.")
			if given, isGiven := inputs[name]; isGiven {
				return given
			}
			return *r.action.Inputs[name].Default
		})
		variables = append(variables, variable+"="+value)
	}
	printed, code = shell(t, workspace, step.Run, variables...)
	set, _ := os.ReadFile(outputFile)
	return printed, code, string(set)
}

// archived is the program of a release.
const archived = "#!/bin/sh\n"

// A ref with a release is downloaded and verified. Any other is built, once.
func TestAction_release(t *testing.T) {
	archives := map[string]func(t *testing.T, folder, file string) []byte{"linux-amd64.tar.gz": tarred, "darwin-arm64.tar.gz": tarred, "windows-amd64.zip": zipped}
	files := make(map[string][]byte)
	var sums strings.Builder
	for _, suffix := range slices.Sorted(maps.Keys(archives)) {
		folder := "amplify-boundary-1.2.3-" + strings.TrimSuffix(strings.TrimSuffix(suffix, ".zip"), ".tar.gz")
		file := "amplify-boundary"
		if strings.HasSuffix(suffix, ".zip") {
			file += ".exe"
		}
		archive := archives[suffix](t, folder, file)
		files["v1.2.3/amplify-boundary-1.2.3-"+suffix] = archive
		fmt.Fprintf(&sums, "%x  amplify-boundary-1.2.3-%s\n", sha256.Sum256(archive), suffix)
	}
	files["v1.2.3/SHA256SUMS"] = []byte(sums.String())
	files["v1.2.4/SHA256SUMS"] = []byte(strings.ReplaceAll(sums.String(), "1.2.3", "1.2.4"))
	files["v1.2.4/amplify-boundary-1.2.4-linux-amd64.tar.gz"] = []byte("another file")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		name, _ := strings.CutPrefix(request.URL.Path, "/OWNER/amplify-boundary/releases/download/")
		if file, exists := files[name]; exists {
			w.Write(file)
			return
		}
		http.NotFound(w, request)
	}))
	t.Cleanup(server.Close)
	for name, test := range map[string]struct {
		ref, system, architecture string
		file                      string // of the program; empty: the command is not there
		code                      int
		built                     bool
		printed                   string
	}{
		"linux":            {"v1.2.3", "Linux", "X64", "amplify-boundary", 0, false, ""},
		"macos":            {"v1.2.3", "macOS", "ARM64", "amplify-boundary", 0, false, ""},
		"windows":          {"v1.2.3", "Windows", "X64", "amplify-boundary.exe", 0, false, ""},
		"other_checksum":   {"v1.2.4", "Linux", "X64", "", 1, false, "::error title=amplify-boundary::amplify-boundary-1.2.4-linux-amd64.tar.gz of release v1.2.4"},
		"missing_archive":  {"v1.2.4", "macOS", "ARM64", "", 22, false, "404"},
		"another_platform": {"v1.2.3", "Linux", "ARM", "", 0, true, "has no release for linux-arm"},
		"no_release":       {"v1.2.5", "Linux", "X64", "", 0, true, "ref v1.2.5 has no release"},
		"branch":           {"main", "Linux", "X64", "", 0, true, "ref main has no release"},
		"path":             {"v1.2.3/../v1.2.3", "Linux", "X64", "", 0, true, "has no release"},
		"local":            {"", "Linux", "X64", "", 0, true, "ref unknown has no release"},
	} {
		t.Run(name, func(t *testing.T) {
			r := runner{readAction(t), t.TempDir(), maps.Clone(unreleased)}
			maps.Copy(r.context, map[string]string{"github.server_url": server.URL, "github.action_ref": test.ref, "runner.os": test.system, "runner.arch": test.architecture})
			printed, code, outputs := r.step(t, "Download amplify-boundary", t.TempDir(), nil)
			if code != test.code || !strings.Contains(printed, test.printed) {
				t.Errorf("got exit code %d, want %d; printed, with %q in it:\n%s", code, test.code, test.printed, printed)
			}
			if built := regexp.MustCompile(`^source=[0-9a-f]{64}\n$`).MatchString(outputs); built != test.built {
				t.Errorf("got outputs %q", outputs)
			}
			found, err := filepath.Glob(filepath.Join(r.temporary, "amplify-boundary", "*"))
			if err != nil {
				t.Fatal(err)
			}
			if test.file == "" {
				if found != nil {
					t.Errorf("got files %v", found)
				}
				return
			}
			if want := filepath.Join(r.temporary, "amplify-boundary", test.file); !slices.Equal(found, []string{want}) || read(t, want) != archived {
				t.Errorf("got files %v, want %s", found, want)
			}
		})
	}
	for _, step := range readAction(t).Runs.Steps {
		want := map[bool]string{false: "", true: "steps.download.outputs.source && steps.cache.outputs.cache-hit != 'true'"}[step.Name == "Build amplify-boundary" || strings.HasPrefix(step.Uses, "actions/setup-go@")]
		if strings.HasPrefix(step.Uses, "actions/cache@") {
			want = "steps.download.outputs.source"
		}
		if step.If != want {
			t.Errorf("step %s%s: if %q, want %q", step.Name, step.Uses, step.If, want)
		}
	}
}

// tarred returns an archive with a program and another file in a folder, as a release has it for Linux and macOS.
func tarred(t *testing.T, folder, file string) []byte {
	t.Helper()
	var archive bytes.Buffer
	zipper := gzip.NewWriter(&archive)
	writer := tar.NewWriter(zipper)
	for _, name := range []string{file, "README.md"} {
		if err := writer.WriteHeader(&tar.Header{Name: folder + "/" + name, Mode: 0o755, Size: int64(len(archived))}); err != nil {
			t.Fatal(err)
		}
		if _, err := writer.Write([]byte(archived)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(writer.Close(), zipper.Close()); err != nil {
		t.Fatal(err)
	}
	return archive.Bytes()
}

// zipped is [tarred] for Windows.
func zipped(t *testing.T, folder, file string) []byte {
	t.Helper()
	var archive bytes.Buffer
	writer := zip.NewWriter(&archive)
	for _, name := range []string{file, "README.md"} {
		entry, err := writer.Create(folder + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := entry.Write([]byte(archived)); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return archive.Bytes()
}

// The steps show annotations, write SARIF, and have the command's exit code.
func TestAction(t *testing.T) {
	r := newRunner(t)
	const annotation = "::error file=templates/main stack.yaml,line=2,"
	for name, test := range map[string]struct {
		template string
		inputs   map[string]string
		code     int
		printed  string // is in the check's output
		rules    []string
	}{
		"finding":          {undeclaredTemplate, nil, 3, annotation, []string{"role-without-boundary"}},
		"no_finding":       {declaredTemplate, nil, 0, "0 findings", nil},
		"directory":        {undeclaredTemplate, map[string]string{"paths": "templates"}, 3, annotation, []string{"role-without-boundary"}},
		"several_paths":    {undeclaredTemplate, map[string]string{"paths": "templates/main stack.yaml\ntemplates/main stack.yaml\n"}, 3, annotation, []string{"role-without-boundary"}},
		"file":             {undeclaredTemplate, map[string]string{"sarif": "out put.sarif"}, 3, annotation, []string{"role-without-boundary"}},
		"file_in_folder":   {undeclaredTemplate, map[string]string{"sarif": "templates/out.sarif"}, 3, annotation, []string{"role-without-boundary"}},
		"strict":           {declaredTemplate, map[string]string{"strict": "true"}, 3, "::error file=", []string{"role-without-boundary"}},
		"other_macro":      {declaredTemplate, map[string]string{"macro": "Other"}, 3, "::error file=", []string{"role-without-boundary"}},
		"other_env":        {declaredTemplate, map[string]string{"environment": "dev"}, 3, "::error file=", []string{"other-environment"}},
		"no_registry":      {declaredTemplate, map[string]string{"registry": ""}, 1, "no AWS region is set", nil},
		"exclude":          {undeclaredTemplate, map[string]string{"exclude": "none.yaml\nmain*"}, 0, "1 excluded", nil},
		"nested_stacks":    {declaredTemplate, map[string]string{"nested-stacks": "both"}, 2, "--nested-stacks", nil},
		"no_bool":          {declaredTemplate, map[string]string{"strict": "yes"}, 2, "::error title=amplify-boundary::input strict must be true or false", nil},
		"path_like_option": {undeclaredTemplate, map[string]string{"paths": "--help"}, 1, "--help", nil},
		"script_in_input":  {declaredTemplate, map[string]string{"paths": "$(touch injected)`touch injected`"}, 1, "", nil},
		"nothing_there":    {declaredTemplate, map[string]string{"paths": "absent"}, 1, "absent", nil},
	} {
		t.Run(name, func(t *testing.T) {
			workspace := sample(t, test.template)
			inputs := map[string]string{"registry": "boundaries.json", "environment": "prod"}
			maps.Copy(inputs, test.inputs)
			printed, code, outputs := r.step(t, "Check", workspace, inputs)
			if code != test.code || !strings.Contains(printed, test.printed) {
				t.Errorf("got exit code %d, want %d; printed, with %q in it:\n%s", code, test.code, test.printed, printed)
			}
			if _, err := os.Stat(filepath.Join(workspace, "injected")); err == nil {
				t.Error("an input was run")
			}
			file, written := strings.CutPrefix(strings.TrimSpace(outputs), "sarif=")
			directory := r.temporary
			if inputs["sarif"] != "" {
				directory = workspace
			}
			if written && !strings.HasPrefix(file, directory+"/") {
				t.Errorf("SARIF is in %s, want a file in %s", file, directory)
			}
			if !written {
				if test.rules != nil || test.code == 0 {
					t.Errorf("got outputs %q, want sarif", outputs)
				}
				return
			}
			if diff := cmp.Diff(test.rules, rules(t, file)); diff != "" {
				t.Errorf("rules in SARIF (-want +got):\n%s", diff)
			}
		})
	}
}

// The author of a pull request chooses the files of the workspace. None of them makes the action write to a file outside.
func TestAction_sarif(t *testing.T) {
	r := newRunner(t)
	for name, test := range map[string]struct {
		sarif   string // the input
		link    string // a link in the workspace, to the file outside or to its directory
		target  string
		code    int
		printed string
	}{
		"default":         {"", "amplify-boundary.sarif", "outside/profile", 3, "::error file="},
		"link":            {"out.sarif", "out.sarif", "outside/profile", 3, "::error file="},
		"dangling_link":   {"out.sarif", "out.sarif", "outside/absent", 3, "::error file="},
		"link_to_folder":  {"out", "out", "outside", 3, "::error file="},
		"folder_link":     {"out/profile", "out", "outside", 2, "input sarif must be a file in the workspace"},
		"parent":          {"../outside/profile", "", "", 2, "input sarif must be a file in the workspace"},
		"parent_itself":   {"..", "", "", 2, "input sarif must be a file, not a directory"},
		"absolute":        {"/outside.sarif", "", "", 2, "input sarif must be a file in the workspace"},
		"folder":          {"templates", "", "", 2, "input sarif must be a file, not a directory"},
		"no_such_folder":  {"absent/out.sarif", "", "", 2, "input sarif must be in a directory of the workspace"},
		"sibling_of_name": {"../ws-other/out.sarif", "", "", 2, "input sarif must be a file in the workspace"},
		"line_end":        {"folder/profile", "folder", "ws/lines\n", 2, "input sarif must have no line end in its path"},
	} {
		t.Run(name, func(t *testing.T) {
			top := t.TempDir()
			workspace := filepath.Join(top, "ws")
			if err := os.Rename(sample(t, undeclaredTemplate), workspace); err != nil {
				t.Fatal(err)
			}
			write(t, top, "outside/profile", "as it was")
			write(t, top, "ws-other/profile", "as it was")
			if err := errors.Join(os.Mkdir(filepath.Join(workspace, "lines\n"), 0o700), os.Symlink("../outside", filepath.Join(workspace, "lines"))); err != nil {
				t.Fatal(err)
			}
			if test.link != "" {
				if err := os.Symlink(filepath.Join(top, test.target), filepath.Join(workspace, test.link)); err != nil {
					t.Fatal(err)
				}
			}
			printed, code, outputs := r.step(t, "Check", workspace, map[string]string{"registry": "boundaries.json", "environment": "prod", "sarif": test.sarif})
			if code != test.code || !strings.Contains(printed, test.printed) {
				t.Errorf("got exit code %d, want %d; printed, with %q in it:\n%s", code, test.code, test.printed, printed)
			}
			for _, folder := range []string{"outside", "ws-other"} {
				entries, err := os.ReadDir(filepath.Join(top, folder))
				if err != nil || len(entries) != 1 || read(t, filepath.Join(top, folder, "profile")) != "as it was" {
					t.Errorf("%s has %v, %v: the action wrote to it", folder, entries, err)
				}
			}
			if file, written := strings.CutPrefix(strings.TrimSpace(outputs), "sarif="); written != (test.code == 3) {
				t.Errorf("got outputs %q", outputs)
			} else if written && len(rules(t, file)) != 1 {
				t.Errorf("got rules %v", rules(t, file))
			}
		})
	}
}

// rules returns the rules of the results in a SARIF file, which must be valid against the schema.
func rules(t *testing.T, file string) (ids []string) {
	t.Helper()
	report, err := sarif.FromString(read(t, file))
	if err != nil {
		t.Fatal(err)
	}
	report.Runs[0].NewlineSequences = []string{"\n"} // the library writes an empty list, which the schema forbids
	if err := report.Validate(); err != nil {
		t.Errorf("not valid against the schema: %v", err)
	}
	for _, result := range report.Runs[0].Results {
		ids = append(ids, *result.RuleID)
	}
	return ids
}

// The step in docs/pipelines.md has only inputs that the action has, and works.
func TestAction_documented(t *testing.T) {
	var job struct {
		Steps []struct {
			Uses, Run string
			With      map[string]string
		}
	}
	if err := yaml.Unmarshal([]byte(blocks(t, "GitHub Actions", "yaml")[0]), &job); err != nil {
		t.Fatal(err)
	}
	r := newRunner(t)
	workspace := pullRequest(t)
	for _, step := range job.Steps {
		if step.Run != "" {
			if printed, code := shell(t, workspace, step.Run, "RUNNER_TEMP="+r.temporary); code != 0 {
				t.Fatalf("got exit code %d: %s", code, printed)
			}
		}
		if !strings.HasPrefix(step.Uses, "OWNER/amplify-boundary@") {
			continue
		}
		for name := range step.With {
			if _, known := r.action.Inputs[name]; !known {
				t.Errorf("the action has no input %s", name)
			}
		}
		step.With["registry"] = strings.ReplaceAll(step.With["registry"], "${{ runner.temp }}", r.temporary)
		if printed, code, _ := r.step(t, "Check", workspace, step.With); code != 3 || !strings.Contains(printed, "::error file=templates/main stack.yaml") {
			t.Errorf("got exit code %d: %s", code, printed)
		}
		return
	}
	t.Error("docs/pipelines.md does not use the action")
}

// With a log, the action explains instead of checking. docs/pipelines.md shows how.
func TestAction_explain(t *testing.T) {
	var job struct {
		Steps []struct {
			Uses, Run, Shell, If string
			With                 map[string]string
		}
	}
	if err := yaml.Unmarshal([]byte(blocks(t, "When a deployment fails", "yaml")[0]), &job); err != nil {
		t.Fatal(err)
	}
	if len(job.Steps) != 2 || job.Steps[0].Shell != "bash" || job.Steps[1].If != "failure()" {
		t.Fatalf("got steps %+v", job.Steps)
	}
	r := newRunner(t)
	log := strings.ReplaceAll(job.Steps[1].With["explain"], "${{ runner.temp }}", r.temporary)
	for name, test := range map[string]struct {
		text    string
		inputs  map[string]string
		code    int
		printed string
	}{
		"denied":   {denied, nil, 0, "iam:CreateRole was denied\n"},
		"registry": {denied, map[string]string{"registry": "boundaries.json"}, 0, "  boundary of environment pipeline (SSM parameter /amplify-boundary/pipeline)\n"},
		"nothing":  {"deployed", nil, 1, "has no denial"},
	} {
		t.Run(name, func(t *testing.T) {
			workspace := sample(t, undeclaredTemplate)
			write(t, workspace, "boundaries.json", `{"/amplify-boundary/pipeline": "arn:aws:iam::111122223333:policy/pipeline"}`)
			write(t, filepath.Dir(log), filepath.Base(log), test.text)
			inputs := map[string]string{"explain": log}
			maps.Copy(inputs, test.inputs)
			printed, code, outputs := r.step(t, "Check", workspace, inputs)
			if code != test.code || !strings.Contains(printed, test.printed) || outputs != "" {
				t.Errorf("got exit code %d, want %d, outputs %q; printed, with %q in it:\n%s", code, test.code, outputs, test.printed, printed)
			}
		})
	}
}
