package cfn

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// Of what is open, skip keeps one bit for each level: whether it is a list. The highest bit that is set ends them.
const (
	outermost   = uint64(1)
	skipDepth   = 62 // levels
	deepestOpen = outermost << skipDepth
)

// skip returns the place behind the JSON value that begins at a place of a text, or behind the white space
// there; -1 where none does, and where it is more than skipDepth levels deep. It moves by the structure alone:
// brackets, commas, colons, where strings end. That is several times as fast as reading. What it does not look
// at, such as the escapes in a string, is left to whoever reads the value.
func skip(text []byte, at int) int {
	open := outermost
	for {
		switch c := byteAt(text, at); {
		case c == '"':
			if len(text)-at > 1+near {
				if n := nextStop(text[at+1 : at+1+near]); text[at+1+n] == '"' && text[at+n] != '\\' {
					at += 1 + n + 1
					break
				}
			}
			if at = longEnd(text, at); at < 0 {
				return -1
			}
		case c == '{' && open < deepestOpen:
			open <<= 1
			if at = skipSpace(text, at+1); byteAt(text, at) == '"' {
				goto name
			}
			if byteAt(text, at) != '}' {
				return -1
			}
		case c == '[' && open < deepestOpen:
			open = open<<1 | 1
			if at = skipSpace(text, at+1); byteAt(text, at) != ']' {
				continue
			}
		case isSpace(c):
			at = skipSpace(text, at)
			continue
		default:
			if at = literalEnd(text, at); at < 0 {
				return -1
			}
		}
		for { // behind a value, or at the bracket that closes what is empty
			if open == outermost {
				return at
			}
			c := byteAt(text, at)
			at++
			if c == ',' {
				break
			}
			if c == '}'-byte(open&1)<<5 { // of a list ]
				open >>= 1
			} else if !isSpace(c) {
				return -1
			}
		}
		if open&1 != 0 {
			continue
		}
		if at = skipSpace(text, at); byteAt(text, at) != '"' {
			return -1
		}
	name:
		if len(text)-at > 1+near {
			if n := nextStop(text[at+1 : at+1+near]); text[at+1+n] == '"' && text[at+n] != '\\' {
				at += 1 + n + 1
				goto colon
			}
		}
		if at = longEnd(text, at); at < 0 {
			return -1
		}
	colon:
		if at = skipSpace(text, at); byteAt(text, at) != ':' {
			return -1
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

// stringEnd returns the place behind the string that begins at a place; -1 where it does not end. [skip] does the
// same, without the call: that would take a fifth of its time.
func stringEnd(text []byte, at int) int {
	if len(text)-at > 1+near {
		if n := nextStop(text[at+1 : at+1+near]); text[at+1+n] == '"' && text[at+n] != '\\' {
			return at + 1 + n + 1
		}
	}
	return longEnd(text, at)
}

// longEnd does it for a string of any length.
func longEnd(text []byte, at int) int {
	at++
	for start := at; ; {
		quote := bytes.IndexByte(text[at:], '"')
		if quote < 0 {
			return -1
		}
		at += quote + 1
		if !endsInEscape(text[start : at-1]) {
			return at
		}
	}
}

// near is the length of three words: most strings are not longer.
const near = 24

// nextStop returns how far a quote is in three words, unless a byte that is not ASCII comes before it, which may
// stop it. Where nothing does, it returns their length. It is as small as the compiler needs to put it where it is
// called.
func nextStop(words []byte) (n int) {
	stop := stopsIn(words)
	if stop == 0 {
		n = 8
		if stop = stopsIn(words[8:]); stop == 0 {
			n = 16
			stop = stopsIn(words[16:])
		}
	}
	return n + bits.TrailingZeros64(stop)/8
}

// stopsIn marks the first stop among eight bytes by the highest bit of its byte; 0 where there is none. Less one, a
// byte below 0x80 has that bit only if it was zero, and the quote is made that.
func stopsIn(text []byte) uint64 {
	const each, highest = 0x0101010101010101, 0x8080808080808080
	return (binary.LittleEndian.Uint64(text) ^ '"'*each - each) & highest
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
