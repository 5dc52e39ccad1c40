package files

import (
	"bytes"
	"errors"
	"regexp"
	"strconv"

	"amplify-boundary/internal/template"
)

// ErrSkip is the error of a file that was found in a directory and is not a template.
var ErrSkip = errors.New("not a template")

// Skip returns [ErrSkip] instead of the error of reading a template, unless that has to be reported: the file
// was named, or it is broken and its text mentions what only templates have.
func (f File) Skip(data []byte, err error) error {
	if f.Named || !errors.Is(err, template.ErrNotTemplate) && mentionsTemplate(data) {
		return err
	}
	return ErrSkip
}

// mentionsTemplate looks for the words of templates in text that is broken, or has a form that is not read:
// they can be written with escapes, or in UTF-16.
func mentionsTemplate(data []byte) bool {
	data = bytes.ReplaceAll(data, []byte{0}, nil)
	data = lineContinuation.ReplaceAll(data, nil)
	data = escape.ReplaceAllFunc(data, func(escaped []byte) []byte {
		code, err := strconv.ParseUint(string(escaped[2:]), 16, 32)
		if err != nil || code > 0x7f {
			return escaped
		}
		return []byte{byte(code)}
	})
	return bytes.Contains(data, []byte("Resources")) || bytes.Contains(data, []byte("AWS::"))
}

var (
	// escape matches an escaped character of JSON or of double-quoted YAML.
	escape = regexp.MustCompile(`\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})`)

	// lineContinuation matches an escaped line end of double-quoted YAML, with the indentation after it.
	lineContinuation = regexp.MustCompile(`\\(\r\n|[\n\r\x{85}\x{2028}\x{2029}])[ \t]*`)
)
