// Package pipelines_test runs what pipelines run: the GitHub action, the hooks of pre-commit, and the lines of docs/pipelines.md
// for GitLab and Amplify, each over sample repositories with and without a finding.
package pipelines_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const (
	root = "../.."

	declaredTemplate = "Transform: {Name: AmplifyBoundary, Parameters: {Environment: prod}}\n" +
		"Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties: {AssumeRolePolicyDocument: {}}\n"
	undeclaredTemplate = "Resources:\n  Role:\n    Type: AWS::IAM::Role\n    Properties: {AssumeRolePolicyDocument: {}}\n"
)

// sample creates a repository with one template and a registry.
func sample(t *testing.T, template string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	write(t, dir, "templates/main stack.yaml", template)
	write(t, dir, "templates/package.json", `{"name": "no template"}`)
	write(t, dir, "boundaries.json", `{"/amplify-boundary/prod": "arn:aws:iam::123456789012:policy/prod"}`)
	return dir
}

// pullRequest creates the merge commit of a pull request, whose author has written the template's own boundary into the
// registry file.
func pullRequest(t *testing.T) (dir string) {
	t.Helper()
	dir = sample(t, strings.Replace(undeclaredTemplate, "{}", "{}, PermissionsBoundary: 'arn:aws:iam::123456789012:policy/weak'", 1))
	write(t, dir, "cdk.out/stack.template.json", `{"Resources": {}}`)
	git(t, dir, "init", "--quiet", "--initial-branch", "main")
	git(t, dir, "add", ".")
	git(t, dir, "commit", "--quiet", "--message", "base")
	git(t, dir, "switch", "--quiet", "--create", "change")
	write(t, dir, "boundaries.json", `{"/amplify-boundary/prod": "arn:aws:iam::123456789012:policy/weak"}`)
	git(t, dir, "commit", "--quiet", "--all", "--message", "change")
	git(t, dir, "switch", "--quiet", "main")
	git(t, dir, "merge", "--quiet", "--no-ff", "change")
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// blocks returns the blocks of code of a kind under a heading of docs/pipelines.md.
func blocks(t *testing.T, heading, kind string) []string {
	t.Helper()
	_, section, found := strings.Cut(read(t, root+"/docs/pipelines.md"), "\n## "+heading+"\n")
	if !found {
		t.Fatalf("docs/pipelines.md has no heading %q", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var all []string
	for _, match := range regexp.MustCompile("(?s)```"+kind+"\n(.*?)```").FindAllStringSubmatch(section, -1) {
		all = append(all, match[1])
	}
	if len(all) == 0 {
		t.Fatalf("no block %s under %q", kind, heading)
	}
	return all
}

// command builds the command and returns its folder.
func command(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	build := exec.Command("go", "build", "-o", dir+string(filepath.Separator), "./cmd/amplify-boundary")
	build.Dir = root
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return dir
}

// shell runs a script in a directory, with some variables and without the machine's AWS variables. It returns the script's output
// and exit code.
func shell(t *testing.T, dir, script string, variables ...string) (output string, code int) {
	t.Helper()
	return process(t, dir, variables, "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
}

func process(t *testing.T, dir string, variables []string, name string, arguments ...string) (output string, code int) {
	t.Helper()
	p := exec.CommandContext(t.Context(), name, arguments...)
	p.Dir = dir
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "AWS_") && !strings.HasPrefix(variable, "GIT_") {
			p.Env = append(p.Env, variable)
		}
	}
	p.Env = append(append(p.Env, "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull), variables...)
	printed, err := p.CombinedOutput()
	if err != nil && p.ProcessState == nil {
		t.Fatal(err)
	}
	return string(printed), p.ProcessState.ExitCode()
}

// onPath is the variable PATH with a folder in front.
func onPath(dir string) string {
	return fmt.Sprintf("PATH=%s%c%s", dir, os.PathListSeparator, os.Getenv("PATH"))
}
