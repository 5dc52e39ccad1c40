package findings_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/findings"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const arn = "arn:aws:iam::123456789012:policy/dev"

// report has an error, a warning, and names that try to be something else.
func report() findings.Report {
	return findings.Report{
		Findings: []findings.Finding{
			{Rule: "role-without-boundary", Severity: findings.Error, File: "a b/x.yaml", Line: 3, LogicalIDs: []string{"A", "B"},
				Environment: "dev", Boundary: arn, Message: "2 roles lack it"},
			{Rule: "no-environment", Severity: findings.Warning, File: "y.yaml", LogicalIDs: []string{}, Message: "no environment is set"},
			{Rule: "role-without-boundary", Severity: findings.Error, File: "::stop-commands::x.yaml", Line: 1,
				LogicalIDs: []string{"##[group]"}, Message: "::add-mask::a\n100% \x1b[2J##vso[x]\u202e"},
		},
		Errors: []findings.Unchecked{{File: "/tmp/z,:%\r\n.json", Message: "no such file"}},
		Files:  2, Roles: 3,
	}
}

func tool() findings.Tool {
	return findings.Tool{Name: "amplify-boundary", Version: "1.0", Rules: []findings.Rule{
		{ID: "no-environment", Title: "No environment", Help: "Set one."},
		{ID: "role-without-boundary", Title: "No boundary", Help: "Declare the macro."},
	}}
}

// checkGolden compares what a form writes with its file in testdata, and looks for lines that a runner would
// take as a command.
func checkGolden(t *testing.T, file string, write func(io.Writer) error) {
	t.Helper()
	var got bytes.Buffer
	if err := write(&got); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", file)
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for line := range strings.Lines(got.String()) {
		isIntended := strings.HasPrefix(line, "::error file=") || strings.HasPrefix(line, "::warning file=")
		if isIntended && strings.HasPrefix(file, "github") {
			line = line[1:]
		}
		if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") || strings.Contains(line, "##vso[") {
			t.Errorf("line %q is a command of a runner", line)
		}
	}
	if err := write(full{}); err == nil {
		t.Error("an error of the writer is lost")
	}
}

// full is a device without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestReport_Count(t *testing.T) {
	r := report()
	if got := r.Count(findings.Error); got != 2 {
		t.Errorf("got %d errors, want 2", got)
	}
	if got := r.Count(findings.Warning); got != 1 {
		t.Errorf("got %d warnings, want 1", got)
	}
}
