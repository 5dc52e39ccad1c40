package declare

import (
	"bytes"

	"amplify-boundary/internal/cfn"
)

// flow reads YAML in flow style, [a, b] and {a: b}, as far as it takes to find where its entries begin and end:
// the YAML library says only where they begin.
type flow struct {
	text []byte
	at   int
}

// entries reads the collection whose bracket comes next. It returns the place of each entry, without the
// commas and comments around it. The end is that behind the closing bracket; it is 0 where there is none.
func (f *flow) collection() (entries []cfn.Span, end int) {
	f.at++
	var one cfn.Span
	for f.at < len(f.text) {
		f.skipSpace()
		start := f.at
		switch f.next() {
		case 0:
			return nil, 0
		case ',':
			f.at++
			if one.Found() {
				entries = append(entries, one)
			}
			one = cfn.Span{}
			continue
		case ']', '}':
			f.at++
			if one.Found() {
				entries = append(entries, one)
			}
			return entries, f.at
		case '[', '{':
			if _, end := f.collection(); end == 0 {
				return nil, 0
			}
		default:
			f.token()
		}
		if !one.Found() {
			one.Start = start
		}
		one.End = f.at
	}
	return nil, 0
}

// next returns the byte that comes next; 0 at the end.
func (f *flow) next() byte {
	if f.at >= len(f.text) {
		return 0
	}
	return f.text[f.at]
}

// skipSpace skips white space, line breaks and comments.
func (f *flow) skipSpace() {
	for {
		rest := bytes.TrimLeft(f.text[f.at:], " \t\r\n")
		f.at = len(f.text) - len(rest)
		if len(rest) == 0 || rest[0] != '#' {
			return
		}
		if end := bytes.IndexAny(rest, "\r\n"); end >= 0 {
			f.at += end
		} else {
			f.at = len(f.text)
		}
	}
}

// token reads a scalar, or what stands before or between scalars: a tag, an anchor, a colon.
func (f *flow) token() {
	switch f.next() {
	case '"', '\'':
		f.at = quotedEnd(f.text, f.at)
	case '!', '&', '*':
		f.until(func(c byte) bool { return isFlowEnd(c) || isSpace(c) })
	case ':', '?':
		f.at++
	default:
		f.plain()
	}
}

// plain reads a plain scalar, which ends before a bracket, a comma, a comment, or a colon that ends a key.
// The white space behind it is not part of it.
func (f *flow) plain() {
	start := f.at
	f.until(func(c byte) bool {
		before, behind := f.text[f.at-1], byte(' ')
		if f.at+1 < len(f.text) {
			behind = f.text[f.at+1]
		}
		return isFlowEnd(c) ||
			c == ':' && (isSpace(behind) || isFlowEnd(behind)) ||
			c == '#' && isSpace(before)
	})
	f.at = start + len(bytes.TrimRight(f.text[start:f.at], " \t\r\n"))
}

// until moves on by at least one byte, and up to one that ends.
func (f *flow) until(ends func(byte) bool) {
	for f.at++; f.at < len(f.text) && !ends(f.text[f.at]); f.at++ {
	}
}

// quotedEnd returns the place behind a quoted scalar that begins at a place; the text's end where it does
// not end.
func quotedEnd(text []byte, start int) int {
	quote := text[start]
	for i := start + 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && quote == '"':
			i++
		case text[i] == quote && quote == '\'' && i+1 < len(text) && text[i+1] == quote:
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	return len(text)
}

func isFlowEnd(c byte) bool { return bytes.IndexByte([]byte(",[]{}"), c) >= 0 }

func isSpace(c byte) bool { return bytes.IndexByte([]byte(" \t\r\n"), c) >= 0 }
