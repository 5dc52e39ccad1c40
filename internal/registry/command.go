package registry

import (
	"fmt"

	"amplify-boundary/internal/environment"
)

// AdviceError is a fault with the operator's command that mends it. Its text ends with the command; who knows
// more flags builds the text anew from its parts.
type AdviceError struct {
	Fault       error
	Advice      string // what the command does, such as "add one with"
	Verb        string // the command's
	Prefix      string
	Environment environment.Environment
	Region      string // of the hierarchy; empty: the one that the command's reader works in
	Account     string // of the hierarchy; empty: that of the command's reader
}

func (e *AdviceError) Error() string {
	command := Command(e.Verb, e.Prefix, e.Environment)
	if e.Region != "" {
		command += " --region " + e.Region
	}
	if e.Account != "" {
		command += " (in account " + e.Account + ")"
	}
	return fmt.Sprintf("%v; %s: %s", e.Fault, e.Advice, command)
}

// Unwrap returns the fault.
func (e *AdviceError) Unwrap() error { return e.Fault }

// Command is the operator's command that adds, updates or shows the boundary of an environment, or lists all where
// none is named.
func Command(verb, prefix string, e environment.Environment) string {
	command := "amplify-boundary env " + verb
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
