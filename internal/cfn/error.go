package cfn

import (
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// Error says where and why a text is not the JSON that CloudFormation sends.
type Error struct {
	Name   string // of what is not valid JSON, in messages
	Reason string
	Offset int64 // bytes from its start
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s is not valid JSON at byte %d: %s", e.Name, e.Offset, e.Reason)
}

// Redact formats an error of a [jsontext.Decoder] whose input began at an offset of what the name stands for; nil
// stands for input where the end was expected. The result does not wrap the error, whose own text
// quotes the input.
func Redact(err error, name string, offset int64) *Error {
	if at := (*jsontext.SyntacticError)(nil); errors.As(err, &at) {
		offset += at.ByteOffset
	}
	return &Error{Name: name, Reason: reason(err), Offset: offset}
}

func reason(err error) string {
	cause := err
	if at := (*jsontext.SyntacticError)(nil); errors.As(err, &at) {
		cause = at.Err
	}
	switch {
	case cause == nil:
		return "something follows its end"
	case errors.Is(cause, jsontext.ErrDuplicateName):
		return "a name appears twice in one object"
	case errors.Is(cause, io.EOF), errors.Is(cause, io.ErrUnexpectedEOF):
		return "it ends too early"
	case cause.Error() == "invalid UTF-8":
		return "a string is not UTF-8"
	case cause.Error() == "exceeded max depth":
		return "it is nested more than 10,000 levels deep"
	default:
		return "a character or an escape does not belong there"
	}
}
