// Package cli is the operator's command. Each command has a file with its flags and what it
// does. The flags that commands share are options; a session is options with the registry opened.
//
// Standard output carries results only. Standard error carries everything else, one line each, after
// "amplify-boundary: ", and "error: ", "warning: " or "hint: " where it is one.
package cli

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

// program is the command's name.
const program = "amplify-boundary"

// errFailed ends the command with exit code 1 where the result itself has said why.
var errFailed = errors.New("failed")

// errInterrupted ends a command that is interrupted in the midst of its work.
var errInterrupted = errors.New("interrupted; a write that was under way may have been done")

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
	case ctx.Err() != nil:
		if !errors.Is(err, errNoAnswer) {
			err = errInterrupted // what a call says that is broken off is of no use
		}
		streams.say("error", "%v", err)
		return exitInterrupted
	case errors.Is(err, errFailed):
		return exitError
	case errors.Is(err, errFindings):
		return exitFindings
	case errors.As(err, &usage):
		streams.say("error", "%v", err)
		streams.say("hint", "see: %s --help", usage.command)
		return exitUsage
	default:
		for _, err := range separate(err) {
			streams.say("error", "%v", err)
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

func newRoot(streams IO) *cobra.Command {
	root := &cobra.Command{
		Use:   program,
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
	for _, newCommand := range []func(IO) *cobra.Command{
		newInit, newEnv, newAccount, newCheck, newTransform, newDeclare, newUndeclare, newAdopt, newInvoke, newGuard, newAudit, newReport, newPolicy, newSimulate, newDoctor, newVersion,
	} {
		root.AddCommand(newCommand(streams))
	}
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	reportUsageErrors(root)
	return root
}
