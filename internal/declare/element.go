package declare

import (
	"go.yaml.in/yaml/v3"

	"amplify-boundary/internal/cfn"
)

// element is a value in a template's text, with what it takes to edit it in place.
type element struct {
	kind    elementKind
	text    string   // of a string
	at      cfn.Span // from its tag or anchor to its end; not found where its end is not known, as that of a YAML block scalar
	block   bool     // a YAML collection in block style: its entries are whole lines
	indent  string   // block: what stands before its keys or dashes
	entries []entry
	node    *yaml.Node // nil for JSON
}

type elementKind byte

const (
	kindOther elementKind = iota // a number, a boolean, null, an intrinsic function's short form
	kindString
	kindMapping
	kindSequence
)

// entry is a member of a mapping or an element of a sequence.
type entry struct {
	name  string   // of a member
	at    cfn.Span // in block style from the start of its first line to the end of its last one
	value *element
}

// find returns the place of the member with a name, or -1.
func (e *element) find(name string) int {
	for i, entry := range e.entries {
		if entry.name == name {
			return i
		}
	}
	return -1
}

// member returns the value of the member with a name, or nil.
func (e *element) member(name string) *element {
	if i := e.find(name); i >= 0 {
		return e.entries[i].value
	}
	return nil
}
