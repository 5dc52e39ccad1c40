package intrinsic

import "slices"

// Value is what a part of a template stands for: a text, a list of texts, or nothing. Numbers and
// booleans are texts, spelt as in the template. The zero value is nothing.
type Value struct {
	kind kind
	text string
	list []string
}

type kind int

const (
	absent kind = iota
	text
	list
)

// Text returns the text, and reports whether the value is one.
func (v Value) Text() (string, bool) { return v.text, v.kind == text }

// List returns the list, and reports whether the value is one.
func (v Value) List() ([]string, bool) { return v.list, v.kind == list }

// IsAbsent reports whether the value is nothing: AWS::NoValue, or null. The empty text is a value.
func (v Value) IsAbsent() bool { return v.kind == absent }

func (v Value) equal(w Value) bool {
	return v.kind == w.kind && v.text == w.text && slices.Equal(v.list, w.list)
}
