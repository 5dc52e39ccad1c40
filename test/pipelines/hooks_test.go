package pipelines_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"amplify-boundary/internal/test/mototest"
)

// pre-commit itself installs the hooks from this repository and runs them over another one, with the configuration of
// docs/pipelines.md.
func TestPreCommit(t *testing.T) {
	if testing.Short() {
		t.Skip("pre-commit compiles the whole repository")
	}
	program := mototest.Installed(t, "pre-commit")
	config := strings.NewReplacer("https://github.com/OWNER/amplify-boundary", hooksRepository(t), "v0.1.0", "v0.0.1").Replace(blocks(t, "pre-commit", "yaml")[0])
	modules, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	// All cases have the same folder, so that the command is compiled once. The caches of modules and of builds are this
	// machine's; the latter needs builds without paths.
	variables := []string{"PRE_COMMIT_HOME=" + t.TempDir(), "GOMODCACHE=" + strings.TrimSpace(string(modules)), "GOFLAGS=-trimpath"}
	bounded := strings.Replace(undeclaredTemplate, "{}", "{}, PermissionsBoundary: 'arn:aws:iam::123456789012:policy/prod'", 1)
	defaults := regexp.MustCompile(`(?m)^ *args:.*\n`).ReplaceAllString(config, "")
	for name, test := range map[string]struct {
		template       string
		files          []string
		code           int
		check, declare string // is in the hooks' output
	}{
		"finding":     {undeclaredTemplate, []string{"--all-files"}, 1, "main stack.yaml:2: 1 role would be deployed without", "main stack.yaml: does not declare AmplifyBoundary"},
		"no_finding":  {declaredTemplate, []string{"--all-files"}, 0, "Passed", "Passed"},
		"bounded":     {bounded, []string{"--all-files"}, 1, "Passed", "main stack.yaml: does not declare AmplifyBoundary"},
		"capitals":    {undeclaredTemplate, []string{"--files", "STACK.YAML"}, 1, "main stack.yaml:2: 1 role would be deployed without", "main stack.yaml: does not declare AmplifyBoundary"},
		"another_one": {undeclaredTemplate, []string{"--files", "README"}, 0, "Skipped", "Skipped"},
		"defaults":    {declaredTemplate, []string{"--all-files"}, 0, "Passed", "Passed"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := sample(t, test.template)
			write(t, dir, ".pre-commit-config.yaml", map[bool]string{true: defaults, false: config}[name == "defaults"])
			write(t, dir, "README", "no template")
			write(t, dir, "STACK.YAML", declaredTemplate)
			git(t, dir, "init", "--quiet")
			git(t, dir, "add", ".")
			code := 0
			for hook, want := range map[string]string{"amplify-boundary-check": test.check, "amplify-boundary-declare": test.declare} {
				printed, c := process(t, dir, variables, program, append([]string{"run", hook}, test.files...)...)
				code = max(code, c)
				if !strings.Contains(printed, want) {
					t.Errorf("%s prints, with exit code %d, without %q:\n%s", hook, c, want, printed)
				}
			}
			if code != test.code {
				t.Errorf("got exit code %d, want %d", code, test.code)
			}
		})
	}
}

// hooksRepository copies the files of this repository to a new one, and returns its path.
func hooksRepository(t *testing.T) string {
	t.Helper()
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	files, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for file := range strings.SplitSeq(strings.TrimSuffix(string(files), "\x00"), "\x00") {
		if text, err := os.ReadFile(filepath.Join(root, file)); err == nil { // a removed file is still listed
			write(t, dir, file, string(text))
		}
	}
	git(t, dir, "init", "--quiet")
	git(t, dir, "add", ".")
	git(t, dir, "commit", "--quiet", "--message", "hooks")
	git(t, dir, "tag", "v0.0.1")
	return dir
}

func git(t *testing.T, dir string, arguments ...string) {
	t.Helper()
	all := append([]string{"-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"}, arguments...)
	if printed, code := process(t, dir, nil, "git", all...); code != 0 {
		t.Fatal(fmt.Sprint("git ", arguments, ": ", printed))
	}
}
