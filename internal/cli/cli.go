// Package cli is the operator's command. Each command has a file; what a command needs of AWS comes
// through connection.
//
// Standard output carries results only. Standard error carries everything else, one line each, after
// "amplify-boundary: ", and "error: ", "warning: " or "hint: " where it is one.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Exit codes.
const (
	exitOK       = 0
	exitError    = 1
	exitUsage    = 2
	exitFindings = 3
)

// program is the command's name.
const program = "amplify-boundary"

// IO is what the command is connected to.
type IO struct {
	In       io.Reader
	Out, Err io.Writer
	Getenv   func(string) string
	Terminal bool // In and Err are a terminal, where somebody sees a question and can answer
}

// say writes a line to standard error.
func (s IO) say(kind, format string, arguments ...any) {
	if kind != "" {
		kind += ": "
	}
	fmt.Fprintf(s.Err, program+": "+kind+format+"\n", arguments...)
}

// fileName returns what messages call a file.
func fileName(file string) string {
	if file == "-" {
		return "standard input"
	}
	return file
}

// readFile reads a file; "-" is standard input.
func (s IO) readFile(file string) ([]byte, error) {
	if file == "-" {
		return io.ReadAll(s.In)
	}
	return os.ReadFile(file)
}

// usageError is a command line that cannot be understood.
type usageError struct {
	error
	usage string
}

// errFailed ends the command with exit code 1 where the result itself has said why.
var errFailed = errors.New("failed")

// Run runs the command with its arguments and returns the exit code.
func Run(ctx context.Context, streams IO, arguments []string) int {
	root := newRoot(streams)
	root.SetArgs(arguments)
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	err := root.ExecuteContext(ctx)
	var usage *usageError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFailed):
		return exitError
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.As(err, &usage):
		streams.say("error", "%v", err)
		fmt.Fprint(streams.Err, usage.usage)
		return exitUsage
	default:
		for line := range strings.Lines(err.Error()) { // joined errors have a line each
			streams.say("error", "%s", strings.TrimSuffix(line, "\n"))
		}
		return exitError
	}
}

func newRoot(streams IO) *cobra.Command {
	root := &cobra.Command{
		Use:   program,
		Short: "Permissions boundaries on every IAM role of every stack, one for each environment",
		Long: `Permissions boundaries on every IAM role of every stack, one for each environment.

Results go to standard output, everything else to standard error. Exit codes: 0 success,
1 error, 2 a command line that cannot be understood, 3 findings of check.`,
		Args:          arguments(cobra.NoArgs),
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		if bad := (*pflag.InvalidValueError)(nil); errors.As(err, &bad) {
			return err // the flag is known; its value is bad input like any other
		}
		return &usageError{err, cmd.UsageString()}
	})
	root.AddCommand(newInit(streams), newEnv(streams), newCheck(streams), newTransform(streams), newInvoke(streams))
	root.InitDefaultCompletionCmd()
	for _, group := range root.Commands() {
		strict(group)
	}
	return root
}

// strict lets a command that only holds others, such as the library's own completion, print its help, and
// makes wrong arguments of them usage errors.
func strict(group *cobra.Command) {
	if !group.HasSubCommands() {
		return
	}
	group.Args = arguments(cobra.NoArgs)
	group.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	for _, cmd := range group.Commands() {
		cmd.Args = arguments(cmd.Args)
	}
}

// oneArgument wants one argument, which usage calls by the name.
func oneArgument(name string) cobra.PositionalArgs { return count("one "+name, 1, 1) }

// count wants a number of arguments; what says it in words.
func count(what string, least, most int) cobra.PositionalArgs {
	return arguments(func(_ *cobra.Command, arguments []string) error {
		switch got := len(arguments); {
		case least <= got && got <= most:
			return nil
		case got == 1:
			return fmt.Errorf("want %s, got 1 argument", what)
		default:
			return fmt.Errorf("want %s, got %d arguments", what, got)
		}
	})
}

// arguments makes a wrong number of arguments, or an unknown command, a usage error.
func arguments(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, arguments []string) error {
		if err := check(cmd, arguments); err != nil {
			return &usageError{err, cmd.UsageString()}
		}
		return nil
	}
}

// version tells which source the command was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	version, modified := info.Main.Version, ""
	for _, setting := range info.Settings {
		switch {
		case setting.Key == "vcs.revision":
			version = setting.Value
		case setting.Key == "vcs.modified" && setting.Value == "true":
			modified = "-modified"
		}
	}
	return fmt.Sprintf("%s%s (%s)", version, modified, info.GoVersion)
}
