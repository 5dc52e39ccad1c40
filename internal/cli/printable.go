package cli

import (
	"strconv"
	"strings"
	"unicode"
)

// printable returns a text with the characters spelled out that could forge a line, or mean something to a
// terminal: names come from templates and files of others.
func printable(text string) string {
	return replaceRunes(text, unprintable, func(r rune) string { return strings.Trim(strconv.QuoteRuneToASCII(r), "'") })
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }

// replaceRunes returns a text with some of its characters replaced.
func replaceRunes(text string, concerned func(rune) bool, replacement func(rune) string) string {
	if strings.IndexFunc(text, concerned) < 0 {
		return text
	}
	var result strings.Builder
	for _, r := range text {
		if concerned(r) {
			result.WriteString(replacement(r))
		} else {
			result.WriteRune(r)
		}
	}
	return result.String()
}
