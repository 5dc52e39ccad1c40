package cfn

// Outline lists the members of the object that begins at a place of a text, with nothing but white space
// around it, by its structure alone; see [skip]. It reports whether there is such an object, with at least
// one member and at most so many, no two of one name, and none deeper than [skipDepth]. What is wrong inside a
// value may go unnoticed.
func Outline(text []byte, at, limit int) (object Object, ok bool) {
	at = skipSpace(text, at)
	object.At.Start = at
	known := make(map[string]struct{})
	for next := byte('{'); byteAt(text, at) == next; next = ',' {
		start := skipSpace(text, at+1)
		if byteAt(text, start) != '"' {
			return object, false
		}
		end := stringEnd(text, start)
		colon := skipSpace(text, end)
		if byteAt(text, colon) != ':' {
			return object, false
		}
		value := Span{Start: skipSpace(text, colon+1)}
		if value.End = skip(text, value.Start); value.End < 0 {
			return object, false
		}
		name, isText := Text(text[start:end])
		if _, twice := known[name]; twice || !isText || len(known) == limit {
			return object, false
		}
		known[name] = struct{}{}
		object.Members = append(object.Members, Member{name, Span{start, value.End}, value})
		at = skipSpace(text, value.End)
	}
	object.At.End = at + 1
	return object, byteAt(text, at) == '}' && skipSpace(text, object.At.End) == len(text)
}
