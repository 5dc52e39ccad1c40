package cfn

import (
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// Error says where and why a text is not the JSON that is wanted. It quotes nothing of the text.
type Error struct {
	Name   string // what messages call the text
	Offset int64  // in bytes from the start of the text
	Reason string
	Want   string // instead of Reason, if the JSON is valid: what was expected, such as "an object"
}

func (e *Error) Error() string {
	switch {
	case e.Want == "":
		return fmt.Sprintf("%s is not valid JSON at byte %d: %s", e.Name, e.Offset, e.Reason)
	case e.Offset == 0:
		return fmt.Sprintf("%s is not %s", e.Name, e.Want)
	default:
		return fmt.Sprintf("%s is not %s at byte %d", e.Name, e.Want, e.Offset)
	}
}

// Redact describes an error of a [jsontext.Decoder], whose own text quotes the input. The decoder's input begins at an
// offset of the text that has the name. The error is nil if the decoder read something where the end was expected.
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
