package intrinsic

import (
	"fmt"
	"strings"
)

// Error says which function has no value that is known here, and why.
type Error struct {
	Function string // as a template spells it, with the name that a Ref or a condition refers to
	Reason   string
}

// Error returns the function and the reason.
func (e *Error) Error() string { return e.Function + ": " + e.Reason }

const (
	onlyInAWS = "only CloudFormation knows its value"
	budget    = 1_000_000 // list elements and bytes that one evaluation may produce
	partLimit = 64 << 10  // bytes of a part of a template that is evaluated
	sizeLimit = 16 << 10  // bytes of a text, or of a list; far more than a URL or an ARN has
	depth     = 200       // functions and conditions within one another
)

// try returns what an evaluation returns, or the [*Error] with which it panics. It is called where this package returns to its
// caller, and where the error is kept because another value can decide. Any other panic goes on.
func try[T any](evaluate func() T) (result T, err error) {
	defer func() {
		switch failure := recover().(type) {
		case nil:
		case *Error:
			err = failure
		default:
			panic(failure)
		}
	}()
	return evaluate(), nil
}

// errBudget is the error of an evaluation that costs too much. Another evaluation can succeed.
var errBudget = &Error{"the value", fmt.Sprintf("its evaluation would produce more than %d list elements and bytes", budget)}

// named appends a name to a function, if it is one that an error may repeat.
func named(function, name string) string {
	if !isName(name) {
		return function
	}
	return function + " " + name
}

// isName reports whether a parameter, a resource, a condition, or a map can have this name. Errors repeat nothing else.
func isName(text string) bool {
	const (
		limit      = 80
		characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:._-"
	)
	return text != "" && len(text) <= limit && strings.Trim(text, characters) == ""
}

func malformed(function, form string) *Error {
	return &Error{function, "malformed; its form is " + form}
}

// tooLong ends the evaluation of a text or a list that is too long. Another condition can be evaluated after it, so it is paid
// for.
func (r *evaluation) tooLong(function string) {
	r.spend(sizeLimit)
	panic(longerThan(function, sizeLimit))
}

func longerThan(function string, limit int) *Error {
	return &Error{function, fmt.Sprintf("longer than %d bytes", limit)}
}
