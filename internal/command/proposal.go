package command

import (
	"errors"
	"fmt"
	"strings"

	"amplify-boundary/internal/awsapi/assume"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
)

// Hint proposes a command for an environment of the same project.
func (f RegistryFlags) Hint(verb, name string) string { return f.Command(verb, f.InProject(name)) }

// Command proposes a command for an environment of the same registry. Like every proposed command, it omits the flags
// that name the registry: the reader gave them, or environment variables did.
func (f RegistryFlags) Command(verb string, e environment.Environment) string {
	omitted := e
	if e.Project == f.Project {
		omitted.Project = ""
	}
	command := registry.Command(verb, registry.DefaultPrefix, omitted)
	if e.Project == "" && f.Project != "" {
		command += " --project ''"
	}
	return command + f.inRegistryAccount()
}

// MissingEnvironment is the error for an environment without an SSM parameter of its own.
func (f RegistryFlags) MissingEnvironment(name string) error {
	return fmt.Errorf("environment %s does not exist (SSM parameter %s); add it with: %s", name, f.ParameterName(name), f.Hint("add", name))
}

// AccountCommand proposes a command that writes an account's entry in the same registry.
func (f RegistryFlags) AccountCommand(arguments ...string) string {
	return Program + " account " + strings.Join(arguments, " ") + f.inRegistryAccount()
}

// inRegistryAccount ends a proposed command that writes, where a role reads the registry: with the caller's
// credentials it would write to another registry.
func (f RegistryFlags) inRegistryAccount() string {
	if f.Role == "" || f.File != "" {
		return ""
	}
	return " (in account " + assume.AccountOf(f.Role) + ")"
}

// Advise returns an error with the flag, or the command, that would help.
func (f RegistryFlags) Advise(err error) error {
	switch {
	case errors.Is(err, boundary.ErrNoRegion):
		return fmt.Errorf("%w; give --region", err)
	case errors.Is(err, boundary.ErrNoAccount):
		return fmt.Errorf("%w; give --account", err)
	}
	if remedy := registry.Remedy(err, f.Command); remedy != "" {
		return fmt.Errorf("%w; %s", err, remedy)
	}
	return err
}

// InFile names the file in which a fault is, unless it is one of the registry.
func (f RegistryFlags) InFile(file string, err error) error {
	source := (*SourceError)(nil)
	malformed := (*registry.EntryError)(nil)
	if errors.As(err, &source) || errors.As(err, &malformed) {
		return f.Advise(err)
	}
	return fmt.Errorf("%s: %w", FileName(file), f.Advise(err))
}
