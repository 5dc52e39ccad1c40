package examples_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// mostLines is the limit on the lines that a kind of user has to copy.
const mostLines = 10

// quotation matches a file that docs/tools.md names, and the lines that it shows of the file.
var quotation = regexp.MustCompile("\\[[^\\]]+\\]\\(\\.\\./examples/([^)]+)\\):\n\n```[a-z]+\n((?s:.*?))```")

// The lines to copy in the documentation are lines of the examples, which are tested, in the same order.
func TestToolsDocumentation(t *testing.T) {
	found := quotation.FindAllStringSubmatch(string(read(t, "../docs/tools.md")), -1)
	for _, folder := range folders(t) {
		n := 0
		for _, match := range found {
			if strings.HasPrefix(match[1], folder+"/") {
				n += len(quoted(match))
			}
		}
		if n == 0 || n > mostLines {
			t.Errorf("examples/%s: got %d lines to copy, want some, and at most %d", folder, n, mostLines)
		}
	}
	for _, match := range found {
		file, lines := match[1], quoted(match)
		t.Run(file, func(t *testing.T) {
			rest := strings.Split(string(read(t, file)), "\n")
			for _, line := range lines {
				at := slices.Index(rest, line)
				if at < 0 {
					t.Fatalf("%q is missing, or not after the previous line", line)
				}
				rest = rest[at+1:]
			}
		})
	}
}

// quoted returns the lines of a quotation.
func quoted(match []string) []string {
	return strings.Split(strings.TrimSpace(match[2]), "\n")
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
