// Command amplify-boundary is the operator's command: it keeps the boundaries of environments, and
// shows what the macro makes of a template.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/term"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	streams := command.IO{
		In:       os.Stdin,
		Out:      os.Stdout,
		Err:      os.Stderr,
		Getenv:   os.Getenv,
		Terminal: term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stderr.Fd())),
	}
	os.Exit(program.Run(ctx, streams, os.Args[1:]))
}
