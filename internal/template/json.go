package template

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

const jsonSpace = " \t\r\n"

// checkJSON returns nil where data is one valid JSON value without repeated keys, and else the first fault with its line.
func checkJSON(data []byte) error {
	decoder := jsontext.NewDecoder(bytes.NewBuffer(data))
	err := decoder.SkipValue()
	if err == nil {
		_, err = decoder.ReadToken()
	}
	switch {
	case err == io.EOF:
		return nil
	case err == nil:
		return fmt.Errorf("line %d: more text after the end of the template; remove it", lineAt(data, int(decoder.InputOffset())))
	}
	fault := cfn.Redact(err, "the template", 0)
	// A file that ends too early is faulty at its last text, not on the empty line behind it.
	line := lineAt(data, min(int(fault.Offset), len(bytes.TrimRight(data, jsonSpace))))
	if syntactic := (*jsontext.SyntacticError)(nil); errors.As(err, &syntactic) && errors.Is(err, jsontext.ErrDuplicateName) {
		return fmt.Errorf("line %d: key %q appears twice; keep one of them", line, syntactic.JSONPointer.LastToken())
	}
	return fmt.Errorf("line %d: not valid JSON: %s", line, fault.Reason)
}

// find returns where in data, which is valid JSON, the key of the member at path begins, or an element of an array.
func find(data []byte, path []string) (offset int, found bool) {
	decoder := jsontext.NewDecoder(bytes.NewBuffer(data))
	offset = nextText(data, 0)
	for _, name := range path {
		offset, found = enter(decoder, data, name)
		if !found {
			return 0, false
		}
	}
	return offset, true
}

// enter moves decoder before the value of the named member of the object that comes next, or before that element of an array.
func enter(decoder *jsontext.Decoder, data []byte, name string) (offset int, found bool) {
	start, err := decoder.ReadToken()
	if err != nil || start.Kind() != '{' && start.Kind() != '[' {
		return 0, false
	}
	for i := 0; ; i++ {
		offset = nextText(data, int(decoder.InputOffset()))
		key := strconv.Itoa(i)
		if start.Kind() == '{' {
			token, err := decoder.ReadToken()
			if err != nil || token.Kind() != '"' {
				return 0, false
			}
			key = token.String()
		} else if decoder.PeekKind() == ']' {
			return 0, false
		}
		if key == name {
			return offset, true
		}
		if err := decoder.SkipValue(); err != nil {
			return 0, false
		}
	}
}

func nextText(data []byte, offset int) int {
	return len(data) - len(bytes.TrimLeft(data[offset:], jsonSpace+","))
}
