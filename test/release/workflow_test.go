package release_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// These are rules that actionlint, a part of make lint, does not check.
func TestWorkflows(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(root, ".github", "workflows", "*.yml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 2 {
		t.Fatalf("workflows: %v", files)
	}
	pinned := regexp.MustCompile(`^\s*(?:- )?uses: [a-z-]+/[a-z-]+@[0-9a-f]{40} # v[0-9]+(\.[0-9]+)*$`)
	uses := regexp.MustCompile(`(?m)^.*\buses:.*$`)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, line := range uses.FindAllString(string(text), -1) {
				if !pinned.MatchString(line) {
					t.Errorf("an action without a commit's hash and a version: %s", line)
				}
			}
			var workflow struct {
				Permissions *map[string]string
				Jobs        map[string]struct {
					Permissions map[string]string
					Timeout     int `yaml:"timeout-minutes"`
				}
			}
			if err := yaml.Unmarshal(text, &workflow); err != nil {
				t.Fatal(err)
			}
			if workflow.Permissions == nil || len(*workflow.Permissions) != 0 {
				t.Errorf("the workflow itself has permissions: %v", workflow.Permissions)
			}
			for name, job := range workflow.Jobs {
				if job.Permissions == nil || job.Timeout == 0 {
					t.Errorf("job %s has no permissions or no time limit", name)
				}
				for scope, access := range job.Permissions {
					if access == "write" && name != "publish" {
						t.Errorf("job %s may write %s", name, scope)
					}
				}
			}
		})
	}
}

// What `make release` and CI install with pip is what was pinned, byte for byte. Go and npm compare checksums by themselves.
func TestRequirements(t *testing.T) {
	files, err := filepath.Glob(root + "/tools/*/requirements.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no requirements (%v)", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for requirement := range strings.SplitSeq(strings.ReplaceAll(string(text), "\\\n", ""), "\n") {
			if requirement != "" && !strings.HasPrefix(requirement, "#") &&
				!regexp.MustCompile(`^[a-z0-9_.-]+==\S+( +--hash=sha256:[0-9a-f]{64})+$`).MatchString(requirement) {
				t.Errorf("%s: not a version with its hashes: %.80s", file, requirement)
			}
		}
	}
	makefile, err := os.ReadFile(root + "/Makefile")
	if err != nil {
		t.Fatal(err)
	}
	for _, install := range regexp.MustCompile(`.*\bpip install\b.*`).FindAllString(string(makefile), -1) {
		if !strings.Contains(install, "--require-hashes") {
			t.Errorf("packages are installed without hashes: %s", install)
		}
	}
}
