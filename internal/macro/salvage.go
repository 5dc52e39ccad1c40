package macro

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// salvagedID finds the request ID in a request that is not valid JSON, so that CloudFormation takes the
// answer for that request's and shows its message. It is empty where there is none. It looks at nothing
// but strings and nesting, since bad UTF-8, endless nesting or a missing end may be what is wrong.
func salvagedID(payload []byte) string {
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
				return valueBehind(payload[at+1:])
			}
		}
	}
	return ""
}

// valueBehind returns the string that follows a member's name.
func valueBehind(rest []byte) string {
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

// stringAt returns the JSON string at the beginning of a text, quotes included, or all that is left of it.
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
