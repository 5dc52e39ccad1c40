package template

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// indentedJSON is JSON while it is written, one member or element a line, with the line of the file each came from.
type indentedJSON struct {
	json      []byte
	fileLines []int
	level     int
}

func newIndentedJSON(fileLine int) *indentedJSON {
	return &indentedJSON{fileLines: []int{fileLine}}
}

// open begins an object or an array.
func (w *indentedJSON) open(bracket byte) {
	w.json = append(w.json, bracket)
	w.level++
}

// close ends what open began.
func (w *indentedJSON) close(bracket byte) {
	w.level--
	if !w.justOpened() {
		w.newLine(0) // No member begins here, so nothing asks for this line.
	}
	w.json = append(w.json, bracket)
}

// element prepares for the next element of an array.
func (w *indentedJSON) element(fileLine int) {
	if !w.justOpened() {
		w.json = append(w.json, ',')
	}
	w.newLine(fileLine)
}

// member writes the name of the next member of an object.
func (w *indentedJSON) member(name string, fileLine int) {
	w.element(fileLine)
	w.text(name)
	w.json = append(w.json, ": "...)
}

// text writes a string, which must be valid UTF-8.
func (w *indentedJSON) text(s string) {
	// The only error is bad UTF-8, which neither the file holds nor an escape of YAML can bring about.
	w.json, _ = jsontext.AppendQuote(w.json, s)
}

// literal writes a number, a boolean or null.
func (w *indentedJSON) literal(s string) {
	w.json = append(w.json, s...)
}

// justOpened needs only the last byte: a string ends with a quotation mark.
func (w *indentedJSON) justOpened() bool {
	last := w.json[len(w.json)-1]
	return last == '{' || last == '['
}

func (w *indentedJSON) newLine(fileLine int) {
	w.json = append(w.json, '\n')
	w.json = append(w.json, bytes.Repeat([]byte("  "), w.level)...)
	w.fileLines = append(w.fileLines, fileLine)
}
