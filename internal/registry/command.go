package registry

import (
	"errors"

	"amplify-boundary/internal/environment"
)

// Remedy returns how an operator repairs what an error of the registry reports, such as "add one with: " and a
// command, or the empty string for any other error. The errors themselves carry facts only: the layer that
// addresses a person adds the remedy, and spells the command, because it knows which flags lead to the registry.
func Remedy(err error, command func(verb string, e environment.Environment) string) string {
	if missing, ok := errors.AsType[*NotFoundError](err); ok {
		return "add one with: " + command("add", missing.Environment)
	}
	if malformed, ok := errors.AsType[*EntryError](err); ok {
		return "correct it with: " + command("update", malformed.Environment)
	}
	return ""
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
