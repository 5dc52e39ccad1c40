// Package release tests what `make package` and `make release` make, and the program that deploys it.
package release_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/template"
	"amplify-boundary/internal/test/mototest"
)

const root = "../.."

// maxInline is the size, in bytes, up to which CloudFormation accepts a template without a bucket.
const maxInline = 51_200

// sections are the sections of a template.
type sections = map[string]map[string]any

// plainTemplate makes the plain template from template.yaml and returns its path.
func plainTemplate(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "amplify-boundary.template.yaml")
	plainFrom(t, "template.yaml", path)
	return path
}

// plainFrom runs the program that makes plain templates, and returns what it prints.
func plainFrom(t *testing.T, arguments ...string) []byte {
	t.Helper()
	output, err := plainTemplateProgram(t, arguments...).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	return output
}

func plainTemplateProgram(t *testing.T, arguments ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), mototest.Installed(t, "python"), append([]string{"tools/release/plain_template.py"}, arguments...)...)
	cmd.Dir = root
	return cmd
}

func readTemplate(t *testing.T, path string) (read sections, text []byte) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	document, err := template.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, document.JSON()), text
}

// decode reads the sections of a template except the description and the transform.
func decode(t *testing.T, data []byte) sections {
	t.Helper()
	var members map[string]any
	if err := json.Unmarshal(data, &members); err != nil {
		t.Fatal(err)
	}
	read := make(sections)
	for name, member := range members {
		if section, ok := member.(map[string]any); ok {
			read[name] = section
		}
	}
	return read
}

// Both templates make the same resources with the same properties: the plain one, read by our own reader, and what the translator
// alone makes of template.yaml.
func TestPlainTemplate(t *testing.T) {
	got, text := readTemplate(t, plainTemplate(t))
	want := decode(t, plainFrom(t, "--translated", "template.yaml"))
	sam, source := readTemplate(t, filepath.Join(root, "template.yaml"))

	for _, name := range []string{"Resources", "Conditions", "Outputs"} {
		if diff := cmp.Diff(want[name], got[name]); diff != "" {
			t.Errorf("%s (-translated +plain):\n%s", name, diff)
		}
	}
	if diff := cmp.Diff(keysOf(sam["Resources"]), keysOf(got["Resources"])); diff != "" {
		t.Errorf("resources (-template.yaml +plain):\n%s", diff)
	}
	code := []string{"CodeBucket", "CodeKey", "GuardCodeKey"}
	for _, name := range code {
		if got["Parameters"][name] == nil {
			t.Errorf("the parameter %s is missing", name)
		}
		delete(got["Parameters"], name)
	}
	if diff := cmp.Diff(sam["Parameters"], got["Parameters"]); diff != "" {
		t.Errorf("other parameters (-template.yaml +plain):\n%s", diff)
	}
	for _, absent := range []string{"Transform", "AWS::Serverless"} {
		if bytes.Contains(text, []byte("\n"+absent)) || bytes.Contains(text, []byte(": "+absent)) {
			t.Errorf("the plain template has %s", absent)
		}
	}
	if len(text) > maxInline {
		t.Errorf("the plain template has %d bytes, more than CloudFormation accepts without a bucket", len(text))
	}
	// What the translator does not change keeps its comments.
	if got, want := bytes.Count(text, []byte("  # ")), bytes.Count(source, []byte("  # ")); got < want*9/10 {
		t.Errorf("the plain template has %d comments of %d", got, want)
	}
}

func keysOf(section map[string]any) map[string]bool {
	keys := make(map[string]bool)
	for key := range section {
		keys[key] = true
	}
	return keys
}

func TestPlainTemplate_lint(t *testing.T) {
	output, err := exec.CommandContext(t.Context(), mototest.Installed(t, "cfn-lint"), plainTemplate(t)).CombinedOutput()
	if err != nil {
		t.Errorf("cfn-lint: %v\n%s", err, output)
	}
}

// The templates are valid in every region: where hooks do not exist, a condition leaves the guard's out.
func TestTemplates_regions(t *testing.T) {
	output, err := exec.CommandContext(t.Context(), mototest.Installed(t, "cfn-lint"), "--regions", "ALL_REGIONS", "--",
		root+"/template.yaml", root+"/member.template.yaml", root+"/execution-role.template.yaml").CombinedOutput()
	if err != nil {
		t.Errorf("cfn-lint: %v\n%s", err, output)
	}
}

// The program refuses what it does not understand, and writes no template.
func TestPlainTemplate_refused(t *testing.T) {
	source, err := os.ReadFile(filepath.Join(root, "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ old, new, want string }{
		"another_transform": {"Transform: AWS::Serverless-2016-10-31", "Transform: [AWS::Serverless-2016-10-31, Other]", "transform"},
		"another_function":  {"CodeUri: cmd/macro", "CodeUri: cmd/other", "no parameter for code from cmd/other"},
		"what_is_global":    {"\nConditions:\n", "\nGlobals: {Function: {Timeout: 3}}\n\nConditions:\n", "Globals"},
	} {
		t.Run(name, func(t *testing.T) {
			changed := strings.Replace(string(source), test.old, test.new, 1)
			if changed == string(source) {
				t.Fatalf("template.yaml has no %q", test.old)
			}
			file, target := filepath.Join(t.TempDir(), "template.yaml"), filepath.Join(t.TempDir(), "plain.yaml")
			if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
				t.Fatal(err)
			}
			output, err := plainTemplateProgram(t, file, target).CombinedOutput()
			if err == nil || !strings.Contains(string(output), test.want) || strings.Contains(string(output), "Traceback") {
				t.Errorf("got %v and %q, want an error with %q", err, output, test.want)
			}
			if _, err := os.Stat(target); err == nil {
				t.Error("there is a template all the same")
			}
		})
	}
}
