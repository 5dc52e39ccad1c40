package cli

import (
	"strconv"
	"strings"
	"unicode"
)

// printable returns a text with the characters spelled out that could forge a line, or mean something to a
// terminal: names come from templates and files of others.
func printable(text string) string {
	if strings.IndexFunc(text, unprintable) < 0 {
		return text
	}
	var safe strings.Builder
	for _, r := range text {
		if unprintable(r) {
			safe.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		} else {
			safe.WriteRune(r)
		}
	}
	return safe.String()
}

func unprintable(r rune) bool { return !unicode.IsPrint(r) }
