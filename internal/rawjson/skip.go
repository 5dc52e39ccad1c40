package rawjson

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// maxDepth is that of jsontext.
const maxDepth = 10_000

// Skip returns the place behind the JSON value that begins at a place of a text, or behind the white space
// there; -1 where none does. It moves by the structure alone: brackets, commas, colons, where strings end.
// That is several times as fast as reading. What it does not look at, such as the escapes in a string, is
// left to whoever reads the value.
func Skip(text []byte, at int) int { return skip(text, at, maxDepth) }

// skip does it for so many levels. It is one function since calls, between strings that are short mostly, would take a
// third of its time.
func skip(text []byte, at, depth int) int {
	var memory [64]byte
	open, closing := memory[:0], byte(0) // the closing brackets of what is open; the innermost one apart
	for {
		switch c := byteAt(text, at); {
		case c == '"':
			at = stringEnd(text, at)
		case c == '{' && len(open) < depth:
			open, closing = append(open, closing), '}'
			if at = skipSpace(text, at+1); byteAt(text, at) == '"' {
				goto name
			}
			if byteAt(text, at) != '}' {
				return -1
			}
		case c == '[' && len(open) < depth:
			open, closing = append(open, closing), ']'
			if at = skipSpace(text, at+1); byteAt(text, at) != ']' {
				continue
			}
		case isSpace(c):
			at = skipSpace(text, at)
			continue
		default:
			at = literalEnd(text, at)
		}
		for { // behind a value, or at the bracket that closes what is empty
			if closing == 0 {
				return at
			}
			c := byteAt(text, at)
			at++
			if c == ',' {
				break
			}
			if c == closing {
				closing, open = open[len(open)-1], open[:len(open)-1]
			} else if !isSpace(c) {
				return -1
			}
		}
		if closing == ']' {
			continue
		}
		if byteAt(text, at) != '"' {
			if at = skipSpace(text, at); byteAt(text, at) != '"' {
				return -1
			}
		}
	name:
		at = stringEnd(text, at)
		if byteAt(text, at) != ':' {
			if at = skipSpace(text, at); byteAt(text, at) != ':' {
				return -1
			}
		}
		at++
	}
}

// literalEnd returns the place behind the number, the boolean or null that begins at a place; -1 where none
// does.
func literalEnd(text []byte, at int) int {
	switch byteAt(text, at) {
	case 't':
		return wordEnd(text, at, "true")
	case 'f':
		return wordEnd(text, at, "false")
	case 'n':
		return wordEnd(text, at, "null")
	case '-':
		at++
	}
	if c := byteAt(text, at); c < '0' || c > '9' {
		return -1
	}
	for c := byteAt(text, at); '0' <= c && c <= '9' || c == '.' || c == '+' || c == '-' || c == 'e' || c == 'E'; c = byteAt(text, at) {
		at++
	}
	return at
}

func wordEnd(text []byte, at int, word string) int {
	if !bytes.HasPrefix(text[at:], []byte(word)) {
		return -1
	}
	return at + len(word)
}

// stringEnd returns the place behind the string that begins at a place; -1 where it does not end.
func stringEnd(text []byte, at int) int {
	at++
	for start := at; ; {
		if at+16 <= len(text) { // most strings end within two words
			words := text[at : at+16]
			near, far := quotesIn(words), quotesIn(words[8:])
			if near == 0 {
				near = far
				at += 8
			}
			at += bits.TrailingZeros64(near) / 8 // 8 where there is none
			if near == 0 {
				continue
			}
		} else if quote := bytes.IndexByte(text[at:], '"'); quote >= 0 {
			at += quote
		} else {
			return -1
		}
		at++
		if text[at-2] != '\\' || !endsInEscape(text[start:at-1]) {
			return at
		}
	}
}

// quotesIn marks the first quote among eight bytes by the highest bit of its byte; 0 where there is none.
func quotesIn(text []byte) uint64 {
	const lowest, highest = 0x0101010101010101, 0x8080808080808080
	zero := binary.LittleEndian.Uint64(text) ^ '"'*lowest // where a quote is
	return (zero - lowest) &^ zero & highest
}

// endsInEscape reports whether the inside of a string ends in a backslash that belongs to the next byte.
func endsInEscape(inside []byte) bool {
	backslashes := len(inside) - len(bytes.TrimRight(inside, `\`))
	return backslashes%2 == 1
}

// skipSpace returns the place behind the white space at a place.
func skipSpace(text []byte, at int) int {
	if uint(at) < uint(len(text)) && text[at] > ' ' {
		return at
	}
	return behindSpace(text, at)
}

// behindSpace does it where there is some. Most of it is indentation.
func behindSpace(text []byte, at int) int {
	const eightSpaces = 0x2020202020202020
	for isSpace(byteAt(text, at)) {
		at++
		for at+8 <= len(text) && binary.NativeEndian.Uint64(text[at:]) == eightSpaces {
			at += 8
		}
	}
	return at
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\r' || c == '\t' }

// byteAt returns the byte at a place; 0 outside the text.
func byteAt(text []byte, at int) byte {
	if uint(at) >= uint(len(text)) {
		return 0
	}
	return text[at]
}
