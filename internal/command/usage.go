package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// UsageError is a command line that cannot be understood.
type UsageError struct {
	error
	command string // which command's help says more
}

// Usage returns an error of the command line of a command.
func Usage(cmd *cobra.Command, err error) error { return &UsageError{err, cmd.CommandPath()} }

// didYouMean is how far a mistyped name may be from what is proposed: the letters that differ.
const didYouMean = 2

// reportUsageErrors makes usage errors of what is wrong with the command line of a command and of those
// below it. A command that only holds others, such as the library's own completion, prints its help; the
// library's own help, asked about a command that is not there, would print that of the nearest.
func reportUsageErrors(cmd *cobra.Command) {
	cmd.SetFlagErrorFunc(flagError)
	if cmd.HasSubCommands() {
		cmd.SuggestionsMinimumDistance = didYouMean
		cmd.Args = knownCommand
		cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	}
	if cmd.Name() == "help" {
		cmd.Args = knownTopic
	}
	if validate := cmd.Args; validate != nil {
		cmd.Args = func(cmd *cobra.Command, arguments []string) error {
			err := validate(cmd, arguments)
			if usage := (*UsageError)(nil); err == nil || errors.As(err, &usage) {
				return err
			}
			return &UsageError{err, cmd.CommandPath()}
		}
	}
	for _, child := range cmd.Commands() {
		reportUsageErrors(child)
	}
}

// flagError makes a usage error of a flag that is unknown, has no value, or has none of the few that it takes.
// Any other bad value is bad input.
func flagError(cmd *cobra.Command, err error) error {
	if bad := (*pflag.InvalidValueError)(nil); errors.As(err, &bad) {
		if kind := bad.GetFlag().Value.Type(); kind != choiceType && kind != "bool" {
			return err
		}
	}
	if unknown := (*pflag.NotExistError)(nil); errors.As(err, &unknown) {
		flags := &cobra.Command{SuggestionsMinimumDistance: didYouMean}
		cmd.Flags().VisitAll(func(flag *pflag.Flag) {
			flags.AddCommand(&cobra.Command{Use: flag.Name, Run: func(*cobra.Command, []string) {}})
		})
		err = fmt.Errorf("%w%s", err, suggestion("--", flags.SuggestionsFor(unknown.GetSpecifiedName())))
	}
	return &UsageError{err, cmd.CommandPath()}
}

// knownCommand refuses the name of a command that is not there.
func knownCommand(cmd *cobra.Command, arguments []string) error {
	if len(arguments) == 0 {
		return nil
	}
	return fmt.Errorf("unknown command %q for %q%s", arguments[0], cmd.CommandPath(), suggestion("", cmd.SuggestionsFor(arguments[0])))
}

// knownTopic refuses to help with a command that is not there.
func knownTopic(cmd *cobra.Command, arguments []string) error {
	topic, rest, err := cmd.Root().Find(arguments)
	if err != nil {
		return err
	}
	if err := knownCommand(topic, rest); err != nil {
		return &UsageError{err, topic.CommandPath()}
	}
	return nil
}

// suggestion asks whether one of the names was meant.
func suggestion(prefix string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return ". Did you mean " + prefix + strings.Join(names, " or "+prefix) + "?"
}

// OneArgument wants one argument, which usage calls by the name.
func OneArgument(name string) cobra.PositionalArgs { return Count("one "+name, 1, 1) }

// NoArguments wants none.
func NoArguments() cobra.PositionalArgs { return Count("no arguments", 0, 0) }

// Count wants a number of arguments; what says it in words.
func Count(what string, least, most int) cobra.PositionalArgs {
	return func(_ *cobra.Command, arguments []string) error {
		switch got := len(arguments); {
		case least <= got && got <= most:
			return nil
		case got == 1:
			return fmt.Errorf("want %s, got 1 argument", what)
		default:
			return fmt.Errorf("want %s, got %d arguments", what, got)
		}
	}
}
