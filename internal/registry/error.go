package registry

import (
	"fmt"
	"strings"

	"amplify-boundary/internal/environment"
)

// NotFoundError reports that no SSM parameter answers for an environment.
type NotFoundError struct {
	Environment environment.Environment
	Prefix      string
}

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("environment %s has no boundary: %s", e.Environment.Name, e.Reason())
}

// Reason names the SSM parameters that were looked up, the most specific first.
func (e *NotFoundError) Reason() string {
	return fmt.Sprintf("no SSM parameter found (looked up %s)", strings.Join(Names(e.Prefix, e.Environment), ", "))
}

// EntryError reports that the entry that answers for an environment holds no usable boundary. The text names its
// SSM parameter, and never the value, unless it has the form of a boundary.
type EntryError struct {
	Environment environment.Environment // of the entry itself; its Name may be [DefaultName]
	Err         error
}

func (e *EntryError) Error() string { return e.Err.Error() }

// Unwrap returns why the value cannot be used.
func (e *EntryError) Unwrap() error { return e.Err }
