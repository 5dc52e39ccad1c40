// Package cfn reads JSON and edits it in place: an edit leaves every other byte as it is, and no error
// repeats a byte of the input, which may hold secrets.
package cfn

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

const space = " \t\r\n"

// Span is a range of bytes of a text.
type Span struct{ Start, End int }

// Found reports whether the span was set; no JSON value is empty.
func (s Span) Found() bool { return s.End > s.Start }

// Of returns the bytes of the span.
func (s Span) Of(text []byte) []byte { return text[s.Start:s.End] }

// Edit replaces a place of a text; an empty place is an insertion.
type Edit struct {
	At   Span
	Text []byte
}

// Growth is the number of bytes that an edit adds to the text; it is negative where it takes some away.
func (e Edit) Growth() int { return len(e.Text) - (e.At.End - e.At.Start) }

// Apply returns the text with edits. It panics unless they lie inside the text, in order and apart: what
// a wrong edit made would be another text than the one that was read. The text itself stays as it is, and is
// returned where there are no edits.
func Apply(text []byte, edits []Edit) []byte {
	if len(edits) == 0 {
		return text
	}
	return bytes.Join(Pieces(text, edits), nil) // into memory that is not cleared first
}

// Pieces returns what [Apply] does, in pieces that share the memory of the text and of the edits.
func Pieces(text []byte, edits []Edit) [][]byte {
	pieces := make([][]byte, 0, 2*len(edits)+1)
	done := 0
	for i, e := range edits {
		if e.At.Start < done || e.At.End < e.At.Start || e.At.End > len(text) {
			panic(fmt.Sprintf("edit %d of bytes %d to %d of %d, after an edit that ends at %d", i, e.At.Start, e.At.End, len(text), done))
		}
		pieces = append(pieces, text[done:e.At.Start], e.Text)
		done = e.At.End
	}
	return append(pieces, text[done:])
}

// Insert is the edit that gives an object a new first member. In front, one added line is all that a
// line-wise comparison shows; the white space before the member that was first is used again.
func Insert(text []byte, object Span, name string, value []byte) Edit {
	return NewInserter(name, value).Edit(text, object)
}

// Inserter makes the edits of [Insert] that give many objects the same member. Those that add the same
// bytes one after another share their memory.
type Inserter struct {
	member []byte // name and value without white space
	colon  int    // the place behind the colon

	before  []byte // white space of the last edit
	isFirst bool   // whether its object had no members
	text    []byte // of the last edit
}

// NewInserter returns an inserter of a member. The value is JSON.
func NewInserter(name string, value []byte) *Inserter {
	member, _ := jsontext.AppendQuote(nil, name)
	member = append(member, ':')
	return &Inserter{member: append(member, value...), colon: len(member)}
}

// Edit is the edit that makes the member the first of an object of a text.
func (i *Inserter) Edit(text []byte, object Span) Edit {
	inside := text[object.Start+1 : object.End]
	rest := bytes.TrimLeft(inside, space)
	before, isFirst := inside[:len(inside)-len(rest)], rest[0] == '}'
	if i.text == nil || isFirst != i.isFirst || !bytes.Equal(before, i.before) {
		i.text, i.before, i.isFirst = i.spelled(before, isFirst), before, isFirst
	}
	at := object.Start + 1
	if !isFirst {
		at += len(before)
	}
	return Edit{Span{at, at}, i.text}
}

// spelled returns the member with white space as the object has it.
func (i *Inserter) spelled(before []byte, isFirst bool) []byte {
	member := bytes.Clone(i.member)
	if len(before) > 0 {
		member = slices.Insert(member, i.colon, ' ')
	}
	if isFirst {
		return member
	}
	return slices.Concat(member, []byte(","), before)
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
