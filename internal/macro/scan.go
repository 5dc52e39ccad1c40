package macro

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// scanRequestID finds the request ID in a request that is not valid JSON. With it, CloudFormation knows
// which request the failure answers, and shows its message. The result is empty where there is none.
//
// What is wrong may be bad UTF-8, endless nesting or a missing end. So the scan heeds strings and nesting,
// and nothing else.
func scanRequestID(payload []byte) string {
	depth := 0
	for at := 0; at < len(payload); at++ {
		switch payload[at] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			text := stringAt(payload[at:])
			at += len(text) - 1
			if depth == 1 && string(text) == `"requestId"` {
				return valueAfter(payload[at+1:])
			}
		}
	}
	return ""
}

// valueAfter returns the string that follows a member's name, colon and all.
func valueAfter(rest []byte) string {
	const space = " \t\r\n"
	rest, isName := bytes.CutPrefix(bytes.TrimLeft(rest, space), []byte(":"))
	rest = bytes.TrimLeft(rest, space)
	if !isName || !bytes.HasPrefix(rest, []byte{'"'}) {
		return ""
	}
	id, err := jsontext.AppendUnquote(nil, stringAt(rest))
	if err != nil {
		return ""
	}
	return string(id)
}

// stringAt returns the JSON string at the beginning of a text, quotes included. A string without an end
// is all of the rest.
func stringAt(text []byte) []byte {
	for at := 1; at < len(text); at++ {
		switch text[at] {
		case '\\':
			at++
		case '"':
			return text[:at+1]
		}
	}
	return text
}
