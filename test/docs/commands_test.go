package docs

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
)

// shownCommand matches the command with its arguments, up to what ends a shell's command.
var shownCommand = regexp.MustCompile("(?m)(?:^|[ /(`])amplify-boundary((?: [^|;&>#`\n]+)?)")

// The commands and options that the pages show, in blocks and within lines, exist.
func TestCommandsShown(t *testing.T) {
	found := 0
	for _, d := range pages(t) {
		if d.path == "docs/commands.md" || d.path == "CHANGELOG.md" {
			continue // the first is generated, the second describes the past
		}
		for _, arguments := range d.commandLines() {
			found++
			if err := exists(t, arguments); err != nil {
				t.Errorf("%s: amplify-boundary %s: %v", d.path, strings.Join(arguments, " "), err)
			}
		}
	}
	if found < 50 {
		t.Errorf("found only %d command lines", found)
	}
}

// commandLines returns the arguments of each command line that a page shows.
func (d document) commandLines() [][]string {
	var texts []string
	for _, b := range d.blocks {
		if strings.HasPrefix(b.info, "sh") || b.info == hidden {
			texts = append(texts, strings.ReplaceAll(b.text, "\\\n", " "))
		}
	}
	for _, match := range code.FindAllString(string(d.source), -1) {
		if strings.HasPrefix(match, "`amplify-boundary ") {
			texts = append(texts, match)
		}
	}
	var list [][]string
	for _, text := range texts {
		text = strings.NewReplacer("--stack-name amplify-boundary", "", "--stack-set-name amplify-boundary", "").Replace(text) // options of the AWS CLI
		for _, match := range shownCommand.FindAllStringSubmatch(text, -1) {
			list = append(list, strings.Fields(strings.NewReplacer(`'`, "", `"`, "", `\`, "").Replace(match[1])))
		}
	}
	return list
}

// exists runs a command line with --help, which fails if an option is unknown.
func exists(t *testing.T, arguments []string) error {
	t.Helper()
	var stdout, stderr bytes.Buffer
	streams := command.IO{In: strings.NewReader(""), Out: &stdout, Err: &stderr, Getenv: func(string) string { return "" }}
	if code := program.Run(t.Context(), streams, append(arguments, "--help")); code != 0 {
		return fmt.Errorf("exit code %d: %s", code, stderr.String())
	}
	// A group of commands prints its own help for an unknown command.
	if match := group.FindStringSubmatch(stdout.String()); match != nil {
		rest := arguments[len(strings.Fields(match[1])):]
		if len(rest) > 0 && !strings.HasPrefix(rest[0], "-") && rest[0] != "..." {
			return fmt.Errorf("no command %s", rest[0])
		}
	}
	return nil
}

// group matches the usage of a group of commands.
var group = regexp.MustCompile(`(?m)^  amplify-boundary(.*) \[command\]$`)

func TestExists(t *testing.T) {
	for line, want := range map[string]bool{
		"env add dev --from test": true, "policy scp --users": true, "": true, "env ...": true,
		"env ad dev": false, "enw": false, "env add --form test": false,
	} {
		if err := exists(t, strings.Fields(line)); (err == nil) != want {
			t.Errorf("%s: got %v", line, err)
		}
	}
}
