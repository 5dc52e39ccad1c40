package printable_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/printable"
)

func TestLine(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"plain":                      {"a.yaml:3: 1 role", "a.yaml:3: 1 role"},
		"not_ASCII":                  {"größer…", "größer…"},
		"line_end":                   {"a\n::b", `a\n::b`},
		"terminal":                   {"\x1b[31mred", `\x1b[31mred`},
		"C1":                         {"a\u009b31m", `a\u009b31m`},
		"invalid_UTF-8":              {"a\x9bb", "a\uFFFDb"},
		"bidirectional":              {"a\u202eb", `a\u202eb`},
		"above_the_first_plane":      {"a\U000e0001b", `a\U000e0001b`},
		"command":                    {"::stop-commands::x.yaml:1: y", `\x3a:stop-commands::x.yaml:1: y`},
		"command_after_space":        {"  ::error::x", `  \x3a:error::x`},
		"no_command":                 {"x ::error::y", "x ::error::y"},
		"old_command":                {"x ##[error]y", `x \x23#[error]y`},
		"command_of_Azure_Pipelines": {"x###vso[task.x]", `x#\x23#vso[task.x]`},
	} {
		t.Run(name, func(t *testing.T) {
			got := printable.Line(test.text)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if again := printable.Line(got); again != got {
				t.Errorf("a second time it is %q", again)
			}
		})
	}
}

// White space between values is not escaped, which would make the text invalid.
func TestJSON_white_space(t *testing.T) {
	var text strings.Builder
	writer := printable.JSONWriter{Out: &text}
	if _, err := writer.Write([]byte("{\r\n\t\"a\u0085\": 1}")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("{\r\n\t\"a\\u0085\": 1}", text.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// What is printed as JSON has the same value, and none of its lines is a command.
func FuzzJSON(f *testing.F) {
	for _, name := range []string{"a", "::x", "##[x", "##vso[x", "\x1b", "\u0085", "\U000e0001", "a\n::b"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		text, err := json.MarshalIndent(map[string]string{name: name}, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got := printable.JSON(string(text))
		if strings.ContainsFunc(got, func(r rune) bool { return !strings.ContainsRune("\t\r\n", r) && !unicode.IsPrint(r) }) {
			t.Errorf("%q has characters that do not print", got)
		}
		checkNoCommand(t, got)
		checkNoCommand(t, printable.Line(name))
		var before, after map[string]string
		if err := json.Unmarshal(text, &before); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(got), &after); err != nil {
			t.Fatalf("%v: %s", err, got)
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

func checkNoCommand(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") || strings.Contains(line, "##vso[") {
			t.Errorf("line %q is a command of a runner", line)
		}
	}
}
