package pipelines_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// GitLab runs the lines of a job's script in order, until one fails.
func TestGitLab(t *testing.T) {
	var jobs map[string]struct {
		Script    []string
		Artifacts struct{ Paths []string }
	}
	if err := yaml.Unmarshal([]byte(blocks(t, "GitLab", "yaml")[0]), &jobs); err != nil {
		t.Fatal(err)
	}
	job := jobs["boundaries"]
	path := onPath(command(t))
	outside := filepath.Join(t.TempDir(), "profile")
	for name, test := range map[string]struct {
		template string
		code     int
		rules    int
	}{
		"finding":    {undeclaredTemplate, 3, 1},
		"weakened":   {"", 3, 1}, // the merge request changes the registry file
		"no_finding": {declaredTemplate, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			dir := pullRequest(t)
			if test.template != "" {
				write(t, dir, "templates/main stack.yaml", test.template)
			}
			git(t, dir, "remote", "add", "origin", clone(t, dir))
			if err := os.Symlink(outside, filepath.Join(dir, job.Artifacts.Paths[0])); err != nil {
				t.Fatal(err)
			}
			output, code := shell(t, dir, strings.Join(job.Script, "\n"), path, "CI_DEFAULT_BRANCH=base")
			if code != test.code {
				t.Errorf("got exit code %d, want %d: %s", code, test.code, output)
			}
			if got := rules(t, filepath.Join(dir, job.Artifacts.Paths[0])); len(got) != test.rules {
				t.Errorf("got rules %v, want %d", got, test.rules)
			}
			if _, err := os.Stat(outside); err == nil {
				t.Error("the job wrote through a link")
			}
		})
	}
}

// clone returns a repository whose branch base is the base of a pull request's merge commit. The author of the pull
// request can push a tag of that name.
func clone(t *testing.T, dir string) string {
	t.Helper()
	origin := t.TempDir()
	git(t, dir, "clone", "--quiet", "--bare", ".", origin)
	git(t, origin, "branch", "base", "main^1")
	git(t, origin, "tag", "base", "main")
	return origin
}

// Amplify runs amplify/hooks/pre-push.sh in the project's top folder.
func TestAmplifyHooks(t *testing.T) {
	hooks := blocks(t, "Amplify Gen 1", "sh")
	if len(hooks) != 2 {
		t.Fatalf("got %d hooks, want one for bound and one for --without-nested", len(hooks))
	}
	bound, withoutNested := hooks[0], hooks[1]
	bin := command(t)
	override := read(t, root+"/examples/amplify-gen1/override.ts")
	for name, test := range map[string]struct {
		hook  string
		adopt func(t *testing.T, project string)
		code  int
	}{
		"bound": {bound, func(t *testing.T, project string) {
			write(t, project, "amplify/backend/awscloudformation/override.ts", override)
		}, 0},
		"bound_without_line": {bound, func(t *testing.T, project string) {
			write(t, project, "amplify/backend/awscloudformation/override.ts", strings.ReplaceAll(override, "addTransform", "other"))
		}, 1},
		"bound_without_override": {bound, func(*testing.T, string) {}, 1},
		"without_nested": {withoutNested, func(t *testing.T, project string) {
			if output, code := shell(t, project, "amplify-boundary adopt --without-nested --yes", onPath(bin), "AMPLIFY_BOUNDARY_REGISTRY=boundaries.json"); code != 0 {
				t.Fatalf("exit code %d: %s", code, output)
			}
		}, 0},
		"without_nested_not_adopted": {withoutNested, func(*testing.T, string) {}, 3},
		"without_nested_no_custom": {withoutNested, func(t *testing.T, project string) {
			if err := os.RemoveAll(filepath.Join(project, "amplify/backend/custom")); err != nil {
				t.Fatal(err)
			}
		}, 3},
		"without_nested_no_templates": {withoutNested, func(t *testing.T, project string) {
			for _, folder := range []string{"custom", "function"} {
				if err := os.RemoveAll(filepath.Join(project, "amplify/backend", folder)); err != nil {
					t.Fatal(err)
				}
			}
		}, 0},
		"without_nested_empty_folders": {withoutNested, func(t *testing.T, project string) {
			for _, folder := range []string{"custom", "function"} {
				path := filepath.Join(project, "amplify/backend", folder)
				if err := errors.Join(os.RemoveAll(path), os.Mkdir(path, 0o700)); err != nil {
					t.Fatal(err)
				}
			}
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			project := t.TempDir()
			if err := os.CopyFS(project, os.DirFS(root+"/examples/amplify-gen1")); err != nil {
				t.Fatal(err)
			}
			write(t, project, "amplify/.config/local-env-info.json", "{\n  \"projectPath\": \"/x\",\n  \"defaultEditor\": \"none\",\n  \"envName\": \"dev\"\n}\n")
			write(t, project, "boundaries.json", `{"/amplify-boundary/dev": "arn:aws:iam::123456789012:policy/dev"}`)
			write(t, project, "amplify/hooks/pre-push.sh", test.hook)
			test.adopt(t, project)
			output, code := process(t, project, []string{onPath(bin), "AMPLIFY_BOUNDARY_REGISTRY=boundaries.json"}, "sh", "amplify/hooks/pre-push.sh")
			if code != test.code {
				t.Errorf("got exit code %d, want %d: %s", code, test.code, output)
			}
		})
	}
}

// A deployment that fails is explained, and the job stays failed; one that succeeds is not.
func TestExplain(t *testing.T) {
	bin := command(t)
	job := blocks(t, "When a deployment fails", "sh")[0]
	for name, test := range map[string]struct {
		sam     string
		code    int
		printed string
		is      bool
	}{
		"denied":   {"echo '" + denied + "' >&2; exit 1", 1, "\niam:CreateRole was denied\n", true},
		"other":    {"echo broken; exit 1", 1, "deploy.log has no denial", true},
		"deployed": {"echo '" + denied + "'", 0, "was denied", false},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			write(t, dir, "bin/sam", "#!/bin/sh\n"+test.sam+"\n")
			if err := os.Chmod(filepath.Join(dir, "bin/sam"), 0o700); err != nil {
				t.Fatal(err)
			}
			path := onPath(bin + string(os.PathListSeparator) + filepath.Join(dir, "bin"))
			printed, code := process(t, dir, []string{path}, "bash", "--noprofile", "--norc", "-c", job)
			if code != test.code || strings.Contains(printed, test.printed) != test.is {
				t.Errorf("got exit code %d, want %d; printed, with %q in it: %t\n%s", code, test.code, test.printed, test.is, printed)
			}
		})
	}
}

// denied is a line in the log of a deployment.
const denied = "User: arn:aws:sts::111122223333:assumed-role/pipeline/ci is not authorized to perform: iam:CreateRole on resource: " +
	"arn:aws:iam::111122223333:role/x with an explicit deny in a permissions boundary: arn:aws:iam::111122223333:policy/pipeline"
