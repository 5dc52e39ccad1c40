package except

import (
	"context"
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
	cmd.RunE = func(cmd *cobra.Command, arguments []string) error {
		return runShow(cmd.Context(), io, *flags, arguments[0])
	}
	return cmd
}

func runShow(ctx context.Context, io command.IO, flags command.ManageFlags, name string) error {
	shown, _, err := find(ctx, io, flags, name)
	if err != nil {
		return err
	}
	if err := io.Print(flags.Output, shown, shown.lines()...); err != nil {
		return err
	}
	if shown.Problem != "" {
		return command.ErrFailed
	}
	return nil
}

// found is an exception's SSM parameter, and the open registry that holds it.
type found struct {
	session   *command.Session
	parameter registry.Parameter
}

// find reads one exception.
func find(ctx context.Context, io command.IO, flags command.ManageFlags, name string) (entry, found, error) {
	if err := validateName(name); err != nil {
		return entry{}, found{}, err
	}
	s, err := flags.Open(ctx, io, command.Listing)
	if err != nil {
		return entry{}, found{}, err
	}
	prefix := flags.Registry.Prefix
	stored, exists, err := s.Store.Parameter(ctx, registry.ExceptionName(prefix, name))
	if err == nil && !exists {
		err = missing(s, name)
	}
	if err != nil {
		return entry{}, found{}, err
	}
	e, err := exception.Parse(name, stored.Value)
	if err != nil {
		return newMalformed(prefix, &exception.Malformed{Name: name, Err: err}), found{s, stored}, nil
	}
	return newEntry(prefix, e, time.Now()), found{s, stored}, nil
}
