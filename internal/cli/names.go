package cli

import (
	"fmt"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
)

// validateParameterName refuses names by which no template could find a boundary. It takes _default, the
// name of the SSM parameter for environments not named.
func validateParameterName(name string) error {
	if name == registry.DefaultName {
		return nil
	}
	return validateEnvironment(name)
}

// validateEnvironment refuses names that no environment can have.
func validateEnvironment(name string) error { return validateName("the environment's name", name) }

// validateName refuses names of environments and of projects by which no template could be found; what
// says in messages whose name it is.
func validateName(what, name string) error {
	switch {
	case !environment.ValidName(name):
		return fmt.Errorf("%s is %q; it must be %s", what, name, environment.NameRule)
	case name == environment.Unset:
		return fmt.Errorf("%s is %s, which templates take for none at all; choose another", what, name)
	default:
		return nil
	}
}

func validatePrefix(prefix string) error {
	if !registry.ValidPrefix(prefix) {
		return fmt.Errorf("--prefix is %q; it must be %s", prefix, registry.PrefixRule)
	}
	return nil
}

// validateAccount refuses what is no account's ID; empty is the caller's account.
func validateAccount(id string) error {
	if id != "" && !boundary.ValidAccount(id) {
		return fmt.Errorf("--account is %q; it must be 12 digits", id)
	}
	return nil
}

// inProject returns an environment of the project.
func (o *options) inProject(name string) environment.Environment {
	return environment.Environment{Name: name, Project: o.project}
}

// parameterName is that of the SSM parameter of exactly this environment.
func (o *options) parameterName(name string) string {
	return registry.Name(o.prefix, o.inProject(name))
}

// hint proposes a command for an environment of the same registry.
func (o *options) hint(verb, name string) string {
	command := registry.Command(verb, o.prefix, o.inProject(name))
	if o.region != "" && o.region != o.Getenv("AWS_REGION") {
		command += " --region " + o.region
	}
	if o.profile != "" {
		command += " --profile " + o.profile
	}
	return command
}
