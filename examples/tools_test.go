package examples_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mostLines is how many lines a user has to copy at most.
const mostLines = 10

// quotation is a file that docs/tools.md names, and the lines of it that it shows.
var quotation = regexp.MustCompile("\\[[^\\]]+\\]\\(\\.\\./examples/([^)]+)\\):\n\n```[a-z]+\n((?s:.*?))```")

// The lines to copy that the documentation shows are those of the examples, in their order, which are proven.
func TestToolsDocumentation(t *testing.T) {
	found := quotation.FindAllStringSubmatch(string(read(t, "../docs/tools.md")), -1)
	for _, folder := range folders(t) {
		if !slices.ContainsFunc(found, func(match []string) bool { return strings.HasPrefix(match[1], folder+"/") }) {
			t.Errorf("examples/%s has no lines to copy there", folder)
		}
	}
	for _, match := range found {
		file, lines := match[1], strings.Split(strings.TrimSpace(match[2]), "\n")
		t.Run(file, func(t *testing.T) {
			if len(lines) > mostLines {
				t.Errorf("got %d lines to copy, want at most %d", len(lines), mostLines)
			}
			rest := strings.Split(string(read(t, file)), "\n")
			for _, line := range lines {
				at := slices.Index(rest, line)
				if at < 0 {
					t.Fatalf("%q is not there, or not after the line before it", line)
				}
				rest = rest[at+1:]
			}
		})
	}
}

// folders returns the names of the folders of examples.
func folders(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		if entry.IsDir() {
			names = append(names, entry.Name())
		}
	}
	return names
}
