package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// The first columns of the tables of settings.md list every parameter of template.yaml.
func TestSettingsAreListed(t *testing.T) {
	source, err := os.ReadFile(filepath.Join(root, "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Parameters map[string]any `yaml:"Parameters"`
	}
	if err := yaml.Unmarshal(source, &template); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for line := range strings.Lines(string(read(t, "docs/settings.md").source)) {
		row, _ := strings.CutPrefix(line, "| ")
		first, _, inTable := strings.Cut(row, " |")
		if !inTable {
			continue
		}
		for _, match := range parameter.FindAllStringSubmatch(first, -1) {
			listed[match[1]] = true
		}
	}
	for name := range template.Parameters {
		if !listed[name] {
			t.Errorf("docs/settings.md does not list the parameter %s", name)
		}
	}
	for name := range listed {
		if _, exists := template.Parameters[name]; !exists {
			t.Errorf("docs/settings.md lists %s, but template.yaml has no such parameter", name)
		}
	}
}

// parameter matches the name of a parameter in code style.
var parameter = regexp.MustCompile("`([A-Z][a-z]+[A-Za-z]*)`")
