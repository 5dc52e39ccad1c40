package account_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
)

// At a terminal, another environment and a removal are asked for; anything but yes writes nothing.
func TestAccountAsksAtTerminal(t *testing.T) {
	const (
		id     = "210987654321"
		before = `{"/amplify-boundary/dev": "none", "/amplify-boundary/prod": "none", "/amplify-boundary/_account/210987654321": "dev"}`
	)
	for name, test := range map[string]struct {
		command      []string
		answer, want string // what is in the registry afterwards; empty: as before
		code         int
		question     string
	}{
		"set_yes":     {[]string{"set", id, "prod"}, "y\n", `"/amplify-boundary/_account/210987654321": "prod"`, 0, "Fix account 210987654321 to environment prod? (y/N, an empty answer is no) "},
		"set_no":      {[]string{"set", id, "prod"}, "n\n", "", 1, "is fixed to another environment: dev"},
		"set_empty":   {[]string{"set", id, "prod"}, "\n", "", 1, "nothing was written"},
		"set_nothing": {[]string{"set", id, "prod"}, "", "", 1, "no answer; nothing was written"},
		"set_same":    {[]string{"set", id, "dev"}, "", "", 0, ""},
		"remove_yes":  {[]string{"remove", id}, "yes\n", `{"/amplify-boundary/dev": "none", "/amplify-boundary/prod": "none"}`, 0, "Remove account 210987654321: environment dev (SSM parameter /amplify-boundary/_account/210987654321)?"},
		"remove_no":   {[]string{"remove", id}, "no\n", "", 1, "nothing was removed"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "registry.json")
			if err := os.WriteFile(file, []byte(before), 0o600); err != nil {
				t.Fatal(err)
			}
			var out, errs bytes.Buffer
			streams := command.IO{In: strings.NewReader(test.answer), Out: &out, Err: &errs, Getenv: func(string) string { return "" }, Terminal: true}
			code := program.Run(t.Context(), streams, slices.Concat([]string{"account"}, test.command, []string{"--registry", file}))
			if code != test.code || !strings.Contains(errs.String(), test.question) {
				t.Errorf("got exit code %d and\n%s\nwant %d and %q", code, errs.String(), test.code, test.question)
			}
			got, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if test.want == "" && string(got) != before || !strings.Contains(string(got), test.want) {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
