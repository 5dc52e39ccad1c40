package cfn

import (
	"bytes"
	"errors"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// Text returns the content of a value that is a JSON string.
func Text(value jsontext.Value) (text string, isString bool) {
	if value.Kind() != '"' {
		return "", false
	}
	unquoted, err := jsontext.AppendUnquote(nil, value)
	return string(unquoted), err == nil
}

// Quote returns a text as a JSON string. What is not valid UTF-8 becomes U+FFFD.
func Quote(text string) jsontext.Value {
	quoted, _ := jsontext.AppendQuote(nil, strings.ToValidUTF8(text, "\uFFFD"))
	return quoted
}

// Unquote returns the content of a valid JSON string. It shares the memory of the string unless something is escaped.
func Unquote(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	text, _ := jsontext.AppendUnquote(nil, quoted)
	return text
}

// Call returns the name and the argument of a value that is a call of an intrinsic function and nothing else: an
// object with one member, "Ref" or "Fn::...". It reads no more of the value than it needs.
func Call(value jsontext.Value) (function string, argument jsontext.Value, isCall bool) {
	if value.Kind() != '{' {
		return "", nil, false
	}
	r := NewReader(value, "")
	_, err := r.Object(func(n Name) error {
		if function != "" {
			return errNoCall
		}
		function = string(n.Name)
		at, err := r.Value()
		argument = r.Of(at)
		return err
	})
	if err != nil || !IsFunction(function) {
		return "", nil, false
	}
	return function, argument, true
}

// Ref returns the name in {"Ref": name}, and reports whether the value is that.
func Ref(value jsontext.Value) (name string, isRef bool) {
	function, argument, _ := Call(value)
	name, isText := Text(argument)
	return name, isText && function == FunctionRef
}

var errNoCall = errors.New("several members")

// IsFunction reports whether a name is that of an intrinsic function.
func IsFunction(name string) bool {
	return name == FunctionRef || strings.HasPrefix(name, FunctionPrefix)
}

// Elements returns the elements of a valid JSON array. They share its memory.
func Elements(value jsontext.Value) (elements []jsontext.Value, isArray bool) {
	if value.Kind() != '[' {
		return nil, false
	}
	r := NewReader(value, "", jsontext.AllowDuplicateNames(true))
	_, err := r.Array(func(int) error {
		at, err := r.Value()
		elements = append(elements, r.Of(at))
		return err
	})
	return elements, err == nil
}
