// Package rawjson reads JSON and edits it in place: an edit leaves every other byte as it is, and no error
// repeats a byte of the input, which may hold secrets.
package rawjson

import (
	"bytes"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

const space = " \t\r\n"

// Span is a range of bytes of a text.
type Span struct{ Start, End int }

// Found tells a span that was set from one that was not; no JSON value is empty.
func (s Span) Found() bool { return s.End > s.Start }

// Of returns the bytes of the span.
func (s Span) Of(text []byte) []byte { return text[s.Start:s.End] }

// Edit replaces a place of a text; an empty place is an insertion.
type Edit struct {
	At   Span
	Text []byte
}

// Apply returns the text with edits, which must be in order and apart.
func Apply(text []byte, edits []Edit) []byte {
	size := len(text)
	for _, e := range edits {
		size += len(e.Text) - (e.At.End - e.At.Start)
	}
	output := make([]byte, 0, size)
	done := 0
	for _, e := range edits {
		output = append(output, text[done:e.At.Start]...)
		output = append(output, e.Text...)
		done = e.At.End
	}
	return append(output, text[done:]...)
}

// Insert is the edit that gives an object a new first member. In front, one added line is all that a
// line-wise comparison shows; the white space before the member that was first is used again.
func Insert(text []byte, object Span, name string, value []byte) Edit {
	inside := text[object.Start+1 : object.End]
	rest := bytes.TrimLeft(inside, space)
	before := inside[:len(inside)-len(rest)]
	member, _ := jsontext.AppendQuote(nil, name)
	member = append(member, ':')
	if len(before) > 0 {
		member = append(member, ' ')
	}
	member = append(member, value...)
	at := object.Start + 1
	if rest[0] != '}' {
		at += len(before)
		member = slices.Concat(member, []byte(","), before)
	}
	return Edit{Span{at, at}, member}
}

// Append is the edit that gives an object a new last member, with the white space of the one before it. In
// an object without members it is written on a line of its own.
func Append(text []byte, object Object, name string, value []byte) Edit {
	member, _ := jsontext.AppendQuote(nil, name)
	member = slices.Concat(member, []byte(": "), value)
	if len(object.Members) == 0 {
		return Edit{object.At, slices.Concat([]byte("{\n  "), member, []byte("\n}"))}
	}
	last := object.Members[len(object.Members)-1].At
	before := text[object.At.Start+1 : last.Start]
	before = before[len(bytes.TrimRight(before, space)):]
	return Edit{Span{last.End, last.End}, slices.Concat([]byte(","), before, member)}
}

// Cut is the edit that takes a member out of an object, with the comma and the white space that divide
// it from its neighbour. The member reaches from its name to the end of its value.
func Cut(text []byte, object, member Span) Edit {
	behind := text[member.End:object.End]
	if rest := bytes.TrimLeft(behind, space); rest[0] == ',' {
		rest = bytes.TrimLeft(rest[1:], space)
		return Edit{At: Span{member.Start, object.End - len(rest)}}
	}
	before := bytes.TrimRight(text[object.Start:member.Start], space)
	before = bytes.TrimSuffix(before, []byte(","))
	return Edit{At: Span{object.Start + len(before), member.End}}
}

// Wrap returns an object with one member.
func Wrap(name string, value []byte) []byte {
	object, _ := jsontext.AppendQuote([]byte{'{'}, name)
	return slices.Concat(object, []byte(":"), value, []byte("}"))
}
