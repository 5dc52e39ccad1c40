// Package command is what the families of commands share, each of which has a package below this one: the root
// command and its exit codes, the flags that name a registry, the open registry, prompts, progress, and results.
//
// A command has its flags in a struct, opens what it needs, calls a package that knows nothing of the command line,
// and prints the result.
//
// Standard output has results only. Standard error has everything else, one line each, after "amplify-boundary: ",
// and "error: ", "warning: ", or "hint: " if it is one.
package command

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/progress"
	"amplify-boundary/internal/registry"
)

// The exit codes. What could not be done or checked takes precedence over findings.
const (
	exitOK          = 0
	exitError       = 1
	exitUsage       = 2
	exitFindings    = 3
	exitInterrupted = 130
)

// Program is the command's name.
const Program = registry.Program

// ErrFailed ends a command with exit code 1 after a result that says why.
var ErrFailed = errors.New("failed")

// ErrFindings ends a command with exit code 3.
var ErrFindings = errors.New("findings")

// writes marks the commands that can write.
const writes = "writes"

// Writes marks a command that can write: if it is interrupted, it says that a write may have completed.
func Writes(cmd *cobra.Command) { cmd.Annotations = map[string]string{writes: ""} }

// A Family returns the commands of one package below this one.
type Family func(IO) []*cobra.Command

// Run runs the command line with the commands of the families, and returns the exit code.
func Run(ctx context.Context, io IO, arguments []string, families []Family) int {
	if io.Terminal {
		io.line = progress.NewLine(io.Err, Program)
		io.Err = io.line
	}
	root := NewRoot(io, families)
	root.SetArgs(arguments)
	root.SetIn(io.In)
	root.SetOut(io.Out)
	root.SetErr(io.Err)
	cmd, err := root.ExecuteContextC(ctx)
	var usage *usageError
	switch {
	case err == nil:
		return exitOK
	case ctx.Err() != nil:
		if _, canWrite := cmd.Annotations[writes]; !canWrite {
			err = errors.New("interrupted") // the error of the call that was cut off says less
		} else if !errors.Is(err, errNoAnswer) {
			err = errors.New("interrupted; a write may have completed")
		}
		io.Say("error", "%v", err)
		return exitInterrupted
	case errors.Is(err, ErrFailed):
		return exitError
	case errors.Is(err, ErrFindings):
		return exitFindings
	case errors.As(err, &usage):
		io.Say("error", "%v", err)
		io.Say("hint", "see: %s --help", usage.command)
		return exitUsage
	}
	lines := []error{err}
	if joined, isJoined := err.(interface{ Unwrap() []error }); isJoined && err.Error() == errors.Join(joined.Unwrap()...).Error() {
		lines = joined.Unwrap()
	}
	for _, line := range lines {
		io.Say("error", "%v", line)
	}
	return exitError
}

// NewRoot returns the root command with the commands of the families.
func NewRoot(io IO, families []Family) *cobra.Command {
	root := &cobra.Command{
		Use:   Program,
		Short: "Set a permissions boundary on every IAM role, one for each environment",
		Long: `Exit codes: 0 success, 1 error (takes precedence over 3), 2 usage, 3 findings,
130 interrupted. AMPLIFY_BOUNDARY_REGISTRY, AMPLIFY_BOUNDARY_PREFIX, and
AMPLIFY_BOUNDARY_PROJECT set --registry, --prefix, and --project. A command that
a message proposes omits flags that you gave: repeat --registry, --prefix,
--project, --region, and --profile.`,
		Example:       "  amplify-boundary env list --registry events/boundaries.json",
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SetHelpTemplate("{{.Short}}.\n\n{{with .Long}}{{.}}\n\n{{end}}{{.UsageString}}")
	root.SetUsageTemplate(strings.NewReplacer("FlagUsages ", "FlagUsagesWrapped 80 ", " for more information about a command.", " for details.").Replace(root.UsageTemplate()))
	for _, family := range families {
		root.AddCommand(family(io)...)
	}
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	describeCompletion(root)
	reportUsageErrors(root)
	return root
}
