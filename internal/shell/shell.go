// Package shell spells the words of commands that a reader copies into a shell.
package shell

import (
	"regexp"
	"strings"
)

// plainWord matches a word that means the same to every shell without quotes.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// Quote returns a word as a POSIX shell reads it: quoted where a character, or nothing at all, needs it.
func Quote(word string) string {
	if plainWord.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// Flag returns a flag of a command with its value, after a space. A value that begins with a hyphen follows an
// equals sign, because it would be read as another flag.
func Flag(name, value string) string {
	separator := " "
	if strings.HasPrefix(value, "-") {
		separator = "="
	}
	return " --" + name + separator + Quote(value)
}
