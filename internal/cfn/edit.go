package cfn

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
)

const space = " \t\r\n"

// Span is a range of bytes of a text.
type Span struct{ Start, End int }

// Found reports whether the span was set; no JSON value is empty.
func (s Span) Found() bool { return s.End > s.Start }

// Of returns the bytes of the span.
func (s Span) Of(text []byte) []byte { return text[s.Start:s.End] }

// Edit replaces a span of a text. An empty span is an insertion.
type Edit struct {
	At   Span
	Text []byte
}

// Growth is the number of bytes that an edit adds to the text; it is negative if the edit removes some.
func (e Edit) Growth() int { return len(e.Text) - (e.At.End - e.At.Start) }

// Pieces is a text whose pieces share the memory of others, so that a text around it needs one copy.
type Pieces [][]byte

// Join returns the text: the only piece itself, or a copy of several.
func (p Pieces) Join() []byte {
	if len(p) == 1 {
		return p[0]
	}
	return bytes.Join(p, nil) // into memory that is not cleared first
}

// Apply returns the text with edits, as [Splice] does. Without edits, it returns the text itself.
func Apply(text []byte, edits []Edit) ([]byte, error) {
	pieces, err := Splice(text, edits)
	if err != nil {
		return nil, err
	}
	return pieces.Join(), nil
}

// Splice returns the text with edits, in any order. Insertions at one offset keep their order, and come before what
// replaces the bytes there. It returns an error if an edit is outside the text or overlaps another.
func Splice(text []byte, edits []Edit) (Pieces, error) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b Edit) int {
		return cmp.Or(cmp.Compare(a.At.Start, b.At.Start), cmp.Compare(a.At.End, b.At.End))
	})
	pieces := make(Pieces, 0, 2*len(edits)+1)
	done := 0
	for _, e := range edits {
		if e.At.Start < done || e.At.End < e.At.Start || e.At.End > len(text) {
			return nil, fmt.Errorf("the edit of bytes %d to %d overlaps another, or is outside the text of %d bytes", e.At.Start, e.At.End, len(text))
		}
		pieces = append(pieces, text[done:e.At.Start], e.Text)
		done = e.At.End
	}
	return append(pieces, text[done:]), nil
}

// Insert is the edit that gives an object a new first member. There, a comparison of lines shows one added line. The
// member is spelled with the white space of the member that was first.
func Insert(text []byte, object Span, name string, value []byte) Edit {
	inside := text[object.Start+1 : object.End]
	rest := bytes.TrimLeft(inside, space)
	before := inside[:len(inside)-len(rest)]
	member := append(Quote(name), ':')
	if len(before) > 0 {
		member = append(member, ' ')
	}
	member = append(member, value...)
	if start := object.Start + 1; rest[0] == '}' {
		return Edit{Span{start, start}, member}
	}
	start := object.Start + 1 + len(before)
	return Edit{Span{start, start}, slices.Concat(member, []byte(","), before)}
}

// Append is the edit that gives an object a new last member, with the white space of the one before it. In an object
// without members, the new member is on a line of its own.
func Append(text []byte, object Object, name string, value []byte) Edit {
	member := slices.Concat(Quote(name), []byte(": "), value)
	if len(object.Members) == 0 {
		return Edit{object.At, slices.Concat([]byte("{\n  "), member, []byte("\n}"))}
	}
	last := object.Members[len(object.Members)-1].At
	before := text[object.At.Start+1 : last.Start]
	before = before[len(bytes.TrimRight(before, space)):]
	return Edit{Span{last.End, last.End}, slices.Concat([]byte(","), before, member)}
}

// Cut is the edit that removes a member of an object, with the comma and the white space that separate it from its
// neighbour. The member is the span from its name to the end of its value.
func Cut(text []byte, object, member Span) Edit {
	after := text[member.End:object.End]
	if rest := bytes.TrimLeft(after, space); rest[0] == ',' {
		rest = bytes.TrimLeft(rest[1:], space)
		return Edit{At: Span{member.Start, object.End - len(rest)}}
	}
	before := bytes.TrimRight(text[object.Start:member.Start], space)
	before = bytes.TrimSuffix(before, []byte(","))
	return Edit{At: Span{object.Start + len(before), member.End}}
}

// Wrap returns an object with one member.
func Wrap(name string, value []byte) []byte {
	return slices.Concat([]byte("{"), Quote(name), []byte(":"), value, []byte("}"))
}
