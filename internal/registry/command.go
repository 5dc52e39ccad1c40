package registry

import "amplify-boundary/internal/environment"

// Command is the operator's command that adds or updates the boundary of an environment.
func Command(verb, prefix string, e environment.Environment) string {
	command := "amplify-boundary env " + verb + " " + e.Name
	if e.Project != "" {
		command += " --project " + e.Project
	}
	if prefix != DefaultPrefix {
		command += " --prefix " + prefix
	}
	return command
}

// UpdateCommand is the operator's command that changes an environment's SSM parameter.
func UpdateCommand(prefix, name string) string {
	e, _ := Split(prefix, name)
	return Command("update", prefix, e)
}
