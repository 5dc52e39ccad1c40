package intrinsic

import "strings"

// Error says which function has no value that could be known, and why.
type Error struct {
	Function string // as a template spells it, with the name that a Ref or a condition refers to
	Reason   string
}

// Error returns the function and the reason.
func (e *Error) Error() string { return e.Function + ": " + e.Reason }

const (
	sizeLimit  = 16 << 10 // bytes of a text, or of a list; far more than a URL or an ARN has
	depthLimit = 200      // functions and conditions within one another
)

// The reasons that several functions share.
const (
	onlyInAWS    = "only CloudFormation knows its value"
	notTextual   = "one of its arguments is no text"
	notEvaluated = "this macro does not evaluate it"
)

// named appends a name to a function, if it is one that may be repeated.
func named(function, argument string) string {
	if !isName(argument) {
		return function
	}
	return function + " " + argument
}

// isName reports whether a parameter, a resource, a condition or a map may be called so. Errors repeat
// nothing else.
func isName(text string) bool {
	const (
		limit      = 80
		characters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789:._-"
	)
	return text != "" && len(text) <= limit && strings.Trim(text, characters) == ""
}

func malformed(function, form string) error {
	return &Error{function, "malformed; its form is " + form}
}
