package cfn

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// Text returns the text of a value that is a JSON string.
func Text(value jsontext.Value) (text string, isString bool) {
	if value.Kind() != '"' {
		return "", false
	}
	unquoted, err := jsontext.AppendUnquote(nil, value)
	return string(unquoted), err == nil
}

// TextAt returns the text of the JSON string that begins at a place of a valid text. It shares the
// memory of the text where nothing is escaped.
func TextAt(text []byte, at int) []byte { return Unquote(text[at:stringEnd(text, at)]) }

// Unquote returns the text of a valid JSON string. It shares the memory of the string where nothing is
// escaped.
func Unquote(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	text, _ := jsontext.AppendUnquote(nil, quoted)
	return text
}
