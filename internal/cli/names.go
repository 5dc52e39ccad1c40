package cli

import (
	"cmp"
	"errors"
	"fmt"

	"amplify-boundary/internal/awsapi/assume"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/shell"
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

// hint proposes a command for an environment of the same project.
func (o *options) hint(verb, name string) string { return o.command(verb, o.inProject(name)) }

// command proposes a command for an environment of the same registry. What environment variables say need
// not be repeated.
func (o *options) command(verb string, e environment.Environment) string {
	command := registry.Command(verb, o.prefix, e)
	if e.Project == "" && o.Getenv(projectVariable) != "" {
		command += " --project ''"
	}
	if o.prefix == registry.DefaultPrefix {
		command += o.prefixFlag()
	}
	return command + o.registryFlags() + o.inRegistryAccount()
}

// inRegistryAccount says behind a command that writes in which account it has to be run, where a role reads the
// registry: with the credentials at hand it would write to another one.
func (o *options) inRegistryAccount() string {
	if !o.readsByRole() {
		return ""
	}
	return " (in account " + assume.AccountOf(o.registryRole) + ")"
}

// readsByRole reports whether a role reads the registry: a local file needs none, though the environment may set one.
func (o *options) readsByRole() bool { return o.registryRole != "" && o.registry == "" }

// prefixFlag is the flag that leads to the hierarchy where neither the default nor an environment variable does,
// after a space.
func (o *options) prefixFlag() string {
	if o.prefix == cmp.Or(o.Getenv(prefixVariable), registry.DefaultPrefix) {
		return ""
	}
	return " --prefix " + o.prefix
}

// registryFlags are the flags that lead who may write to the registry there, where environment variables do not,
// each after a space.
func (o *options) registryFlags() string {
	there := *o
	if o.readsByRole() {
		there.registryRole, there.profile = "", "" // whoever may write there has another profile, and needs no role
		if settings, err := macro.ReadSettings(o.Getenv); err == nil {
			there.region = cmp.Or(settings.ParameterRegion, o.region)
		}
	}
	return there.readingFlags()
}

// readingFlags are the flags that lead whoever may read to the same registry.
func (o *options) readingFlags() string {
	flags := ""
	for _, flag := range []struct{ name, value, variable string }{
		{"registry", o.registry, registryVariable},
		{"region", o.region, "AWS_REGION"},
		{"profile", o.profile, "AWS_PROFILE"},
		{"registry-role", o.registryRole, guard.RegistryRole},
	} {
		if flag.value != "" && flag.value != o.Getenv(flag.variable) {
			flags += shell.Flag(flag.name, flag.value)
		}
	}
	return flags
}

// advise returns an error with the flag that would help. A command that it proposes is for the same
// registry.
func (o *options) advise(err error) error {
	switch {
	case errors.Is(err, boundary.ErrNoRegion):
		return fmt.Errorf("%w; give --region", err)
	case errors.Is(err, boundary.ErrNoAccount):
		return fmt.Errorf("%w; give --account", err)
	}
	if remedy := registry.Remedy(err, o.command); remedy != "" {
		return fmt.Errorf("%w; %s", err, remedy)
	}
	return err
}
