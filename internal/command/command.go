// Package cli is the operator's command. Each command has a file with its flags and what it
// does. The flags that commands share are options; a session is options with the registry opened.
//
// Standard output carries results only. Standard error carries everything else, one line each, after
// "amplify-boundary: ", and "error: ", "warning: " or "hint: " where it is one.
package command

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
)

// Exit codes.
const (
	exitOK          = 0
	exitError       = 1
	exitUsage       = 2
	exitFindings    = 3
	exitInterrupted = 130
)

// Program is the command's name.
const Program = "amplify-boundary"

// ErrFailed ends the command with exit code 1 where the result itself has said why.
var ErrFailed = errors.New("failed")

// ErrFindings ends the command with the exit code that says that there are findings.
var ErrFindings = errors.New("findings")

// errInterrupted ends a command that is interrupted in the midst of its work.
var errInterrupted = errors.New("interrupted; a write that was under way may have been done")

// A Family makes the commands of one package below this one.
type Family func(IO) []*cobra.Command

// Run runs the command of these families with its arguments and returns the exit code.
func Run(ctx context.Context, streams IO, arguments []string, families []Family) int {
	root := NewRoot(streams, families)
	root.SetArgs(arguments)
	root.SetIn(streams.In)
	root.SetOut(streams.Out)
	root.SetErr(streams.Err)
	err := root.ExecuteContext(ctx)
	var usage *UsageError
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		if !errors.Is(err, errNoAnswer) {
			err = errInterrupted // what a call says that is broken off is of no use
		}
		streams.Say("error", "%v", err)
		return exitInterrupted
	case errors.Is(err, ErrFailed):
		return exitError
	case errors.Is(err, ErrFindings):
		return exitFindings
	case errors.As(err, &usage):
		streams.Say("error", "%v", err)
		streams.Say("hint", "see: %s --help", usage.command)
		return exitUsage
	default:
		for _, err := range separate(err) {
			streams.Say("error", "%v", err)
		}
		return exitError
	}
}

// separate returns the errors that were joined, each of which has a line.
func separate(err error) []error {
	if joined, isJoined := err.(interface{ Unwrap() []error }); isJoined {
		if parts := joined.Unwrap(); err.Error() == errors.Join(parts...).Error() {
			return parts
		}
	}
	return []error{err}
}

// NewRoot returns the command with the commands of the families below it.
func NewRoot(streams IO, families []Family) *cobra.Command {
	root := &cobra.Command{
		Use:   Program,
		Short: "Permissions boundaries on every IAM role of every stack, one for each environment",
		Long: `Permissions boundaries on every IAM role of every stack, one for each environment.

Results go to standard output, everything else to standard error. Exit codes: 0 success,
1 error, 2 a command line that cannot be understood, 3 findings of check, of audit or of --check,
or an answer that simulate did not expect, 130 interrupted.

The environment variables AMPLIFY_BOUNDARY_REGISTRY, AMPLIFY_BOUNDARY_PREFIX and
AMPLIFY_BOUNDARY_PROJECT stand for --registry, --prefix and --project where these are not
given.`,
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	for _, family := range families {
		root.AddCommand(family(streams)...)
	}
	root.AddCommand(newVersion(streams))
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	reportUsageErrors(root)
	return root
}
