package registry

import (
	"errors"
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

// Remedy returns how an operator repairs what an error of the registry reports, such as "add one with: " and a
// command, or the empty string for any other error. The errors themselves carry facts only: the layer that
// addresses a person adds the remedy, and spells the command, because it knows which flags lead to the registry.
func Remedy(err error, command func(verb string, e environment.Environment) string) string {
	var missing *NotFoundError
	var malformed *EntryError
	switch {
	case errors.As(err, &missing):
		return "add one with: " + command("add", missing.Environment)
	case errors.As(err, &malformed):
		return "correct it with: " + command("update", malformed.Environment)
	default:
		return ""
	}
}

// Program is the name of the operator's command.
const Program = "amplify-boundary"

// Command is the operator's command that adds, updates or shows the boundary of an environment, or lists all where
// none is named.
func Command(verb, prefix string, e environment.Environment) string {
	command := Program + " env " + verb
	if e.Name != "" {
		command += " " + e.Name
	}
	if e.Project != "" {
		command += " --project " + e.Project
	}
	if prefix != DefaultPrefix {
		command += " --prefix " + prefix
	}
	return command
}
