package macro_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/test/mototest"
)

// What the macro makes of the events is a valid template, as far as cfn-lint knows. Loops would need
// their transform beside them.
func TestProcessedTemplatesHaveNoLintErrors(t *testing.T) {
	lint := mototest.Installed(t, "cfn-lint")
	written := t.TempDir()
	templates := 0
	for _, e := range events(t) {
		a := invoke(t, e)
		if a.Status != macro.Success || a.log.Shape != "template" || strings.Contains(string(a.Fragment), "Fn::ForEach::") {
			continue
		}
		templates++
		if err := os.WriteFile(filepath.Join(written, e.name+".json"), a.Fragment, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if templates == 0 {
		t.Fatal("no event is a template")
	}
	output, err := exec.CommandContext(t.Context(), lint, "--regions", "eu-west-1", "--ignore-checks", "W", "--non-zero-exit-code", "error",
		"--", filepath.Join(written, "*.json")).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}
