package transform

import (
	"bytes"
	"slices"
)

// edit replaces a place of the source; an empty place is an insertion.
type edit struct {
	at   span
	text []byte
}

// splice applies edits, which must be in order and apart.
func splice(source []byte, edits []edit) []byte {
	size := len(source)
	for _, e := range edits {
		size += len(e.text) - (e.at.end - e.at.start)
	}
	output := make([]byte, 0, size)
	done := 0
	for _, e := range edits {
		output = append(output, source[done:e.at.start]...)
		output = append(output, e.text...)
		done = e.at.end
	}
	return append(output, source[done:]...)
}

// insertMember is the edit that gives an object a new first member. In front, one inserted line is all
// that a line-wise comparison shows; the white space before the member that was first is used again.
func insertMember(source []byte, object span, name string, value []byte) edit {
	inside := source[object.start+1 : object.end]
	rest := bytes.TrimLeft(inside, " \t\r\n")
	space := inside[:len(inside)-len(rest)]
	colon := `":`
	if len(space) > 0 {
		colon = `": `
	}
	text := slices.Concat([]byte(`"`+name+colon), value)
	if rest[0] == '}' {
		at := object.start + 1
		return edit{span{at, at}, text}
	}
	at := object.start + 1 + len(space)
	return edit{span{at, at}, slices.Concat(text, []byte(","), space)}
}
