package command

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

// ValidateParameterName refuses names by which no template could find a boundary. It takes _default, the
// name of the SSM parameter for environments not named.
func ValidateParameterName(name string) error {
	if name == registry.DefaultName {
		return nil
	}
	return ValidateEnvironment(name)
}

// ValidateEnvironment refuses names that no environment can have.
func ValidateEnvironment(name string) error { return ValidateName("the environment's name", name) }

// ValidateName refuses names of environments and of projects by which no template could be found; what
// says in messages whose name it is.
func ValidateName(what, name string) error {
	switch {
	case !environment.ValidName(name):
		return fmt.Errorf("%s is %q; it must be %s", what, name, environment.NameRule)
	case name == environment.Unset:
		return fmt.Errorf("%s is %s, which templates take for none at all; choose another", what, name)
	default:
		return nil
	}
}

// ValidateAccount refuses what is no account's ID; empty is the caller's account.
func ValidateAccount(id string) error {
	if id != "" && !boundary.ValidAccount(id) {
		return fmt.Errorf("--account is %q; it must be 12 digits", id)
	}
	return nil
}

// InProject returns an environment of the project.
func (o *Options) InProject(name string) environment.Environment {
	return environment.Environment{Name: name, Project: o.Project}
}

// ParameterName is that of the SSM parameter of exactly this environment.
func (o *Options) ParameterName(name string) string {
	return registry.Name(o.Prefix, o.InProject(name))
}

// Hint proposes a command for an environment of the same project.
func (o *Options) Hint(verb, name string) string { return o.Command(verb, o.InProject(name)) }

// Command proposes a command for an environment of the same registry. What environment variables say need
// not be repeated.
func (o *Options) Command(verb string, e environment.Environment) string {
	command := registry.Command(verb, o.Prefix, e)
	if e.Project == "" && o.Getenv(ProjectVariable) != "" {
		command += " --project ''"
	}
	if o.Prefix == registry.DefaultPrefix {
		command += o.prefixFlag()
	}
	return command + o.RegistryFlags() + o.inRegistryAccount()
}

// inRegistryAccount says behind a command that writes in which account it has to be run, where a role reads the
// registry: with the credentials at hand it would write to another one.
func (o *Options) inRegistryAccount() string {
	if !o.readsByRole() {
		return ""
	}
	return " (in account " + assume.AccountOf(o.RegistryRole) + ")"
}

// readsByRole reports whether a role reads the registry: a local file needs none, though the environment may set one.
func (o *Options) readsByRole() bool { return o.RegistryRole != "" && o.Registry == "" }

// prefixFlag is the flag that leads to the hierarchy where neither the default nor an environment variable does,
// after a space.
func (o *Options) prefixFlag() string {
	if o.Prefix == cmp.Or(o.Getenv(prefixVariable), registry.DefaultPrefix) {
		return ""
	}
	return " --prefix " + o.Prefix
}

// RegistryFlags are the flags that lead who may write to the registry there, where environment variables do not,
// each after a space.
func (o *Options) RegistryFlags() string {
	there := *o
	if o.readsByRole() {
		there.RegistryRole, there.Profile = "", "" // whoever may write there has another profile, and needs no role
		if settings, err := macro.ReadSettings(o.Getenv); err == nil {
			there.Region = cmp.Or(settings.ParameterRegion, o.Region)
		}
	}
	return there.readingFlags()
}

// readingFlags are the flags that lead whoever may read to the same registry.
func (o *Options) readingFlags() string {
	flags := ""
	for _, flag := range []struct{ name, value, variable string }{
		{"registry", o.Registry, registryVariable},
		{"region", o.Region, "AWS_REGION"},
		{"profile", o.Profile, "AWS_PROFILE"},
		{"registry-role", o.RegistryRole, guard.RegistryRole},
	} {
		if flag.value != "" && flag.value != o.Getenv(flag.variable) {
			flags += shell.Flag(flag.name, flag.value)
		}
	}
	return flags
}

// Advise returns an error with the flag that would help. A command that it proposes is for the same
// registry.
func (o *Options) Advise(err error) error {
	switch {
	case errors.Is(err, boundary.ErrNoRegion):
		return fmt.Errorf("%w; give --region", err)
	case errors.Is(err, boundary.ErrNoAccount):
		return fmt.Errorf("%w; give --account", err)
	}
	if remedy := registry.Remedy(err, o.Command); remedy != "" {
		return fmt.Errorf("%w; %s", err, remedy)
	}
	return err
}
