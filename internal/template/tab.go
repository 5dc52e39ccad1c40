package template

import (
	"bytes"
	"errors"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// literalTab matches the head of a literal block without an indentation indicator, to the tab that its first line begins with. YAML
// allows that tab, and the YAML library takes it for a fault. Some other text looks the same: see [tabs.text].
var literalTab = regexp.MustCompile(`(?m)\|[-+]?[ ]*(?:#.*)?\r?\n(?: *\r?\n)* +\t`)

// tabs is a file in which another character stands in the place of each such tab. No line and no column differs.
type tabs struct {
	standIn rune // a character that the file did not have; 0 where there is no such tab
}

var errTabInFold = errors.New("a tab follows a line that ends with |; write the text in double quotes, with \\t for the tab")

// replaceTabs returns a file as the library can read it.
func replaceTabs(data []byte) ([]byte, tabs) {
	if !literalTab.Match(data) {
		return data, tabs{}
	}
	standIn := '\uE000' // the first character for private use
	for bytes.ContainsRune(data, standIn) {
		standIn++
	}
	replaced := literalTab.ReplaceAllFunc(data, func(head []byte) []byte {
		return append(bytes.Clone(head[:len(head)-1]), string(standIn)...)
	})
	return replaced, tabs{standIn}
}

// text returns the text of a scalar as the file has it. The stand-in got into other scalars than literal blocks where their text looks
// like the head of one. In plain and quoted ones white space at the begin of a line means nothing, unless the line is empty; in
// folded ones it has a meaning. What would have to be guessed is refused.
func (t tabs) text(scalar *yaml.Node) (string, error) {
	if t.standIn == 0 || !strings.ContainsRune(scalar.Value, t.standIn) {
		return scalar.Value, nil
	}
	if scalar.Style&yaml.LiteralStyle != 0 {
		return strings.ReplaceAll(scalar.Value, string(t.standIn), "\t"), nil
	}
	lines := strings.Split(scalar.Value, string(t.standIn))
	isFolded := scalar.Style&yaml.FoldedStyle != 0
	for i, line := range lines {
		beginsBlank := line == "" || strings.ContainsRune(" \t\n", rune(line[0]))
		if isFolded || i == 0 && line == "" || i > 0 && beginsBlank {
			return "", errTabInFold
		}
	}
	return strings.Join(lines, ""), nil
}
