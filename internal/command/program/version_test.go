package program_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"amplify-boundary/internal/test/commandtest"
)

// The command's version is the one that the changelog's newest heading names.
func TestVersion(t *testing.T) {
	changelog, err := os.ReadFile(filepath.Join("..", "..", "..", "CHANGELOG.md"))
	if err != nil {
		t.Fatal(err)
	}
	heading := regexp.MustCompile(`(?m)^## (\S+) - `).FindSubmatch(changelog)
	if heading == nil {
		t.Fatal("CHANGELOG.md has no heading with a version")
	}
	_, stdout, _ := commandtest.Run(t, nil, nil, "--version")
	if want := "amplify-boundary " + string(heading[1]) + " ("; !strings.HasPrefix(stdout, want) {
		t.Errorf("got %q, want it to begin with %q, as CHANGELOG.md does", stdout, want)
	}
	// The function's description is where doctor reads the version that is deployed.
	template, err := os.ReadFile(filepath.Join("..", "..", "..", "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if want := "Description: !Sub CloudFormation macro ${MacroName}, amplify-boundary " + string(heading[1]) + "\n"; !strings.Contains(string(template), want) {
		t.Errorf("template.yaml does not have %q", want)
	}
}
