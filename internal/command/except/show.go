package except

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/exception"
	"amplify-boundary/internal/registry"
)

func newShow(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Show an exception",
		Long: `Show an exception. The exit code is 1 if it is malformed, so that it excepts nothing; a line
says why, never the value.`,
		Example: "  amplify-boundary except show control-tower",
		Args:    command.OneArgument("NAME"),
	}
	flags := newFlags(io, cmd)
	flags.Registry.AddRole(cmd)
	cmd.RunE = flags.RunFor(command.Listing, nameArgument, runShow)
	return cmd
}

func runShow(ctx context.Context, s *command.Session, name string) error {
	shown, _, err := find(ctx, s, name)
	if err != nil {
		return err
	}
	if err := s.Print(shown, shown.lines()...); err != nil {
		return err
	}
	if shown.Problem != "" {
		return command.ErrFailed
	}
	return nil
}

// find reads one exception, and the SSM parameter that holds it.
func find(ctx context.Context, s *command.Session, name string) (entry, registry.Parameter, error) {
	prefix := s.Flags.Registry.Prefix
	parameter := registry.ExceptionName(prefix, name)
	stored, err := s.Stored(ctx, parameter,
		fmt.Errorf("exception %s does not exist (SSM parameter %s); list the exceptions with: %s except list", name, parameter, command.Program))
	if err != nil {
		return entry{}, stored, err
	}
	e, err := exception.Parse(name, stored.Value)
	if err != nil {
		return newMalformed(prefix, &exception.Malformed{Name: name, Err: err}), stored, nil
	}
	return newEntry(prefix, e, time.Now()), stored, nil
}
