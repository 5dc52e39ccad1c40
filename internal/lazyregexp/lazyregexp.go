// Package lazyregexp delays the compilation of regular expressions. A Lambda function would compile all that it links at every
// cold start, and most requests need few of them.
package lazyregexp

import (
	"regexp"
	"sync"
)

// New returns a function that compiles an expression when it is first called. It panics then if the expression is malformed.
func New(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
