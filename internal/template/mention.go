package template

import (
	"bytes"
	"strconv"

	"amplify-boundary/internal/lazyregexp"
)

// escape matches what JSON, or YAML in double quotes, can write instead of a character of a name; and a line that YAML joins
// with the next one.
var escape = lazyregexp.New(`\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|(?:\r\n?|[\n\x{85}\x{2028}\x{2029}])[ \t]*)`)

// mention matches a name that only templates have.
var mention = lazyregexp.New(`Resources|AWS::`)

// Mentions reports whether the text of a file mentions Resources or AWS::, however it is escaped. A file that cannot be read
// and does so is probably a template. UTF-16 and UTF-32 are read as far as they are ASCII.
func Mentions(file []byte) bool {
	text := bytes.ReplaceAll(file, []byte{0}, nil)
	return mention().Match(escape().ReplaceAllFunc(text, func(escaped []byte) []byte {
		character, err := strconv.ParseUint(string(escaped[2:]), 16, 32)
		if err != nil {
			return nil // the end of a line
		}
		return []byte(string(rune(character)))
	}))
}
