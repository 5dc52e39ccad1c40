package command

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// usageError is an error in how the command line is written, not in what it asks for.
type usageError struct {
	error
	command string // whose help says more
}

// Usage returns an error in the command line of a command, which ends it with exit code 2.
func Usage(cmd *cobra.Command, err error) error { return &usageError{err, cmd.CommandPath()} }

// reportUsageErrors makes usage errors of errors in the command lines of a command and its subcommands. A command
// that only groups others prints its help. The library's own help command would describe the nearest command instead
// of refusing an unknown one.
func reportUsageErrors(cmd *cobra.Command) {
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		// A flag that is unknown, lacks its value, or has none of its choices is a usage error, any other value is bad input.
		if bad := (*pflag.InvalidValueError)(nil); errors.As(err, &bad) {
			if kind := bad.GetFlag().Value.Type(); kind != choiceType && kind != "bool" {
				return err
			}
		}
		return Usage(cmd, err)
	})
	if cmd.HasSubCommands() {
		cmd.Args = knownCommand
		cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	}
	if cmd.Name() == "help" {
		cmd.Args = func(cmd *cobra.Command, arguments []string) error {
			topic, rest, err := cmd.Root().Find(arguments)
			if err != nil {
				return err
			}
			return knownCommand(topic, rest)
		}
	}
	if validate := cmd.Args; validate != nil {
		cmd.Args = func(cmd *cobra.Command, arguments []string) error {
			err := validate(cmd, arguments)
			if usage := (*usageError)(nil); err == nil || errors.As(err, &usage) {
				return err
			}
			return Usage(cmd, err)
		}
	}
	for _, child := range cmd.Commands() {
		reportUsageErrors(child)
	}
}

// knownCommand refuses the name of an unknown command.
func knownCommand(cmd *cobra.Command, arguments []string) error {
	if len(arguments) == 0 {
		return nil
	}
	return Usage(cmd, fmt.Errorf("unknown command %q for %q", arguments[0], cmd.CommandPath()))
}

// OneArgument accepts exactly one argument, and calls it by the name in its error.
func OneArgument(name string) cobra.PositionalArgs { return Count("one "+name, 1, 1) }

// NoArguments accepts no arguments.
func NoArguments() cobra.PositionalArgs { return Count("no arguments", 0, 0) }

// Count accepts a number of arguments; what names them in its error.
func Count(what string, least, most int) cobra.PositionalArgs {
	return func(_ *cobra.Command, arguments []string) error {
		if got := len(arguments); got < least || got > most {
			return fmt.Errorf("want %s, got %s", what, Counted(got, "argument"))
		}
		return nil
	}
}
