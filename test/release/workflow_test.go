package release_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"go.yaml.in/yaml/v3"
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
