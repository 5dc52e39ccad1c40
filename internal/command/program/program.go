// Package program is the whole command: every family of commands under one root. A new family is registered here, and
// a new command in its family's function Commands.
package program

import (
	"context"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/account"
	"amplify-boundary/internal/command/audit"
	"amplify-boundary/internal/command/check"
	"amplify-boundary/internal/command/env"
	"amplify-boundary/internal/command/except"
	"amplify-boundary/internal/command/prove"
	"amplify-boundary/internal/command/template"
)

// Run runs the command line and returns the exit code.
func Run(ctx context.Context, streams command.IO, arguments []string) int {
	return command.Run(ctx, streams, arguments, families())
}

// New returns the command with all its subcommands, for the command reference.
func New(streams command.IO) *cobra.Command { return command.NewRoot(streams, families()) }

func families() []command.Family {
	return []command.Family{env.Commands, account.Commands, except.Commands, check.Commands, template.Commands, audit.Commands, prove.Commands}
}
