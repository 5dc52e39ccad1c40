package template

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// writer writes JSON, one member or element a line, and notes the line of the file that each came from.
//
// The encoder cannot fail: it writes into memory, each key is checked for a second one before it is written, and no text that
// is read from valid UTF-8 is invalid. Its errors are not looked at for that reason.
type writer struct {
	json    *bytes.Buffer
	encoder *jsontext.Encoder
	lines   lineTable
}

func newWriter(fileLine int) *writer {
	buffer := new(bytes.Buffer)
	encoder := jsontext.NewEncoder(buffer, jsontext.WithIndent("  "), jsontext.AllowDuplicateNames(true))
	return &writer{buffer, encoder, lineTable{{0, fileLine}}}
}

// from notes that what is written next came from a line of the file.
func (w *writer) from(fileLine int) {
	w.lines = append(w.lines, lineStart{int(w.encoder.OutputOffset()), fileLine})
}

// token writes a brace, a bracket or a literal.
func (w *writer) token(token jsontext.Token) {
	_ = w.encoder.WriteToken(token)
}

// text writes a string, or the name of a member.
func (w *writer) text(s string) {
	w.token(jsontext.String(s))
}

// number writes a number as it is spelled.
func (w *writer) number(spelling string) {
	_ = w.encoder.WriteValue(jsontext.Value(spelling))
}

// level returns how many objects and arrays are open.
func (w *writer) level() int {
	return w.encoder.StackDepth()
}

// document returns what was written.
func (w *writer) document() *Document {
	return &Document{w.json.Bytes(), w.lines}
}
