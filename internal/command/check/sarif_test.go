package check_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"amplify-boundary/internal/test/commandtest"
)

// SARIF is valid against its schema, with each kind of finding, and with a file that cannot be read.
func TestCheckSARIF(t *testing.T) {
	dir := t.TempDir()
	registry := filepath.Join(dir, "registry.json")
	files := map[string]string{
		"registry.json": `{"/amplify-boundary/dev": "arn:aws:iam::123456789012:policy/dev"}`,
		"bare.yaml":     "Transform: AmplifyBoundary\nResources: {R: {Type: AWS::IAM::Role}}\n",
		"role.yaml":     "Resources: {R: {Type: AWS::IAM::Role}}\n",
		"odd, name.yml": "Resources: {N: {Type: AWS::CloudFormation::Stack}}\n",
		"broken.yaml":   "Resources: [\n",
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		file     string
		wantExit int
		want     []string // the findings' rules
	}{
		"all":     {".", 1, []string{"no-environment", "nested-stack", "role-without-boundary"}},
		"nothing": {"registry.json", 1, nil},
		"warning": {"bare.yaml", 0, []string{"no-environment"}},
	} {
		t.Run(name, func(t *testing.T) {
			exit, stdout, stderr := commandtest.Run(t, nil, nil, "check", filepath.Join(dir, test.file), "--registry", registry, "--environment", "dev", "--output", "sarif")
			if exit != test.wantExit {
				t.Errorf("got exit code %d, want %d; stderr: %s", exit, test.wantExit, stderr)
			}
			// The library knows each property, and has the schema; it validates what it read.
			decoder := json.NewDecoder(strings.NewReader(stdout))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(new(sarif.Report)); err != nil {
				t.Errorf("not a property of SARIF: %v", err)
			}
			report, err := sarif.FromString(stdout)
			if err != nil {
				t.Fatalf("not SARIF: %v", err)
			}
			report.Runs[0].NewlineSequences = []string{"\n"} // the library leaves it empty, which the schema forbids
			if err := report.Validate(); err != nil {
				t.Errorf("not valid against the schema: %v", err)
			}
			var got []string
			for _, result := range report.Runs[0].Results {
				got = append(got, *result.RuleID)
				if rule := report.Runs[0].Tool.Driver.Rules[result.RuleIndex]; *rule.ID != *result.RuleID || *rule.Help.Text == "" {
					t.Errorf("rule %d is not %s with help", result.RuleIndex, *result.RuleID)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
		})
	}
}

// docs/check.md lists the rules, in their order and in their words.
func TestCheckRulesAreDocumented(t *testing.T) {
	_, stdout, stderr := commandtest.Run(t, nil, []byte(`{"Resources": {}}`), "check", "-", "--output", "sarif")
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct {
					Rules []struct {
						ID                     string
						ShortDescription, Help struct{ Text string }
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(stdout), &log); err != nil {
		t.Fatalf("%v; stderr: %s", err, stderr)
	}
	document, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "check.md"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(string(document)) {
		if strings.HasPrefix(line, "| `") {
			cells := strings.Split(strings.TrimSpace(line), " | ")
			got = append(got, cells[0], cells[2], cells[3])
		}
	}
	var want []string
	for _, rule := range log.Runs[0].Tool.Driver.Rules {
		want = append(want, "| `"+rule.ID+"`", rule.ShortDescription.Text, rule.Help.Text+" |")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/check.md (-want +got):\n%s", diff)
	}
}
