package transform

import (
	"bytes"
	"encoding/binary"
)

// skipper moves through JSON by its structure alone: brackets, commas, colons, where strings end. That is
// several times as fast as reading it, and all that finding a section takes. What it does not look at, such as
// the escapes in a string, is left to whoever reads the template. A place of -1 says that the text is no JSON.
type skipper []byte

// maxSkipDepth is that of jsontext.
const maxSkipDepth = 10_000

// value returns the place behind the value that begins at a place.
func (s skipper) value(at int) int {
	var open []byte // the closing bracket of each collection that is open
	for at >= 0 && len(open) < maxSkipDepth {
		switch at = s.space(at); s.at(at) {
		case '{':
			if at = s.space(at + 1); s.at(at) != '}' {
				open = append(open, '}')
				at = s.name(at)
				continue
			}
			at++
		case '[':
			if at = s.space(at + 1); s.at(at) != ']' {
				open = append(open, ']')
				continue
			}
			at++
		case '"':
			at = s.text(at)
		default:
			at = s.literal(at)
		}
		if at, open = s.afterValue(at, open); len(open) == 0 {
			return at
		}
	}
	return -1
}

// afterValue returns the place of the next value, and what is open there; behind the last value nothing is.
func (s skipper) afterValue(at int, open []byte) (int, []byte) {
	for at >= 0 && len(open) > 0 {
		at = s.space(at)
		last := open[len(open)-1]
		switch s.at(at) {
		case last:
			at++
			open = open[:len(open)-1]
		case ',':
			if at = s.space(at + 1); last == '}' {
				at = s.name(at)
			}
			return at, open
		default:
			return -1, nil
		}
	}
	return at, nil
}

// name returns the place behind the name that begins at a place, and its colon.
func (s skipper) name(at int) int {
	if s.at(at) != '"' {
		return -1
	}
	if at = s.text(at); at >= 0 {
		at = s.space(at)
	}
	if s.at(at) != ':' {
		return -1
	}
	return at + 1
}

// text returns the place behind the string that begins at a place.
func (s skipper) text(at int) int {
	for at++; ; at++ {
		quote := bytes.IndexByte(s[at:], '"')
		if quote < 0 {
			return -1
		}
		at += quote
		escapes := 0
		for s[at-1-escapes] == '\\' {
			escapes++
		}
		if escapes%2 == 0 {
			return at + 1
		}
	}
}

// literal returns the place behind the number, the boolean or null that begins at a place.
func (s skipper) literal(at int) int {
	switch s.at(at) {
	case 't', 'n':
		return s.word(at, 4)
	case 'f':
		return s.word(at, 5)
	case '-':
		at++
	}
	if c := s.at(at); c < '0' || c > '9' {
		return -1
	}
	for c := s.at(at); '0' <= c && c <= '9' || c == '.' || c == '+' || c == '-' || c == 'e' || c == 'E'; c = s.at(at) {
		at++
	}
	return at
}

func (s skipper) word(at, length int) int {
	if at+length > len(s) {
		return -1
	}
	switch string(s[at : at+length]) {
	case "true", "false", "null":
		return at + length
	}
	return -1
}

// space returns the place behind the white space that begins at a place. Most of it is indentation.
func (s skipper) space(at int) int {
	const eightSpaces = 0x2020202020202020
	for at < len(s) && (s[at] == ' ' || s[at] == '\n' || s[at] == '\r' || s[at] == '\t') {
		at++
		for at+8 <= len(s) && binary.NativeEndian.Uint64(s[at:]) == eightSpaces {
			at += 8
		}
	}
	return at
}

// at returns the byte at a place; 0 outside the text.
func (s skipper) at(at int) byte {
	if at < 0 || at >= len(s) {
		return 0
	}
	return s[at]
}
