package template

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"unicode"
)

// checkPrintable refuses the characters that YAML excludes from a file, which the YAML library would refuse without a line.
func checkPrintable(data []byte) error {
	for offset, r := range string(data) {
		if !isPrintable(r) {
			return fmt.Errorf("line %d: character %U cannot stand in YAML; remove it, or write it as an escape in double quotes", lineAt(data, offset), r)
		}
	}
	return nil
}

func isPrintable(r rune) bool {
	switch r {
	case '\t', '\n', '\r', 0x85:
		return true
	case 0xFFFE, 0xFFFF:
		return false
	}
	return !unicode.IsControl(r)
}

// libraryFault takes the errors of the YAML library apart.
var libraryFault = regexp.MustCompile(`(?s)^yaml: (?:line ([0-9]+): )?(unknown anchor '(.*)' referenced|.*)$`)

// syntaxFault words an error of the YAML library. Its lines are where the construct begins that turned out to be faulty, one
// line earlier for some faults, and none for the first line: the fault lies there or behind.
func syntaxFault(err error, data []byte) error {
	parts := libraryFault.FindStringSubmatch(err.Error())
	if parts == nil {
		return fmt.Errorf("not valid YAML: %w", err)
	}
	if anchor := parts[3]; anchor != "" {
		line := lineAt(data, max(0, bytes.Index(data, []byte("*"+anchor))))
		return fmt.Errorf("at or after line %d: alias *%s: CloudFormation reads no aliases; write out what it stands for, or put it in quotes if it is text", line, anchor)
	}
	line := 1
	if number, err := strconv.Atoi(parts[1]); err == nil {
		line = number
	}
	return fmt.Errorf("at or after line %d: not valid YAML: %s; check indentation, quotes and brackets from there on", line, parts[2])
}
