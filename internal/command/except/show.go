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
		Long: `The exit code is 1 if it is malformed, so that it excepts nothing; a line says
why, never the value.`,
		Example: `  export AMPLIFY_BOUNDARY_REGISTRY=events/boundaries.json
  amplify-boundary except add control-tower --preset control-tower
  amplify-boundary except show control-tower`,
		Args: command.OneArgument("NAME"),
	}
	flags := newFlags(io, cmd)
	flags.Registry.AddRole(cmd)
	cmd.RunE = flags.RunFor(command.Listing, validateName, func(ctx context.Context, s *command.Session, name string) error {
		shown, _, err := find(ctx, s, name)
		if err != nil {
			return err
		}
		return s.PrintChecked(shown.Problem != "", shown, shown.lines()...)
	})
	return cmd
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

func newRemove(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "remove NAME",
		Short: "Remove an exception",
		Long: `The audit reports its roles again, and the guard refuses changes to them. The
command asks first, unless --yes is given.`,
		Example: `  export AMPLIFY_BOUNDARY_REGISTRY=events/boundaries.json
  amplify-boundary except add control-tower --preset control-tower
  amplify-boundary except remove control-tower --yes`,
		Args: command.OneArgument("NAME"),
	}
	flags := newFlags(io, cmd)
	flags.AddYes(cmd)
	cmd.RunE = flags.RunFor(command.Listing, validateName, func(ctx context.Context, s *command.Session, name string) error {
		removed, stored, err := find(ctx, s, name)
		if err != nil {
			return err
		}
		err = s.Remove(ctx, stored, command.Removal{
			Thing:       "exception " + name,
			Consequence: fmt.Sprintf("without exception %s, the audit reports its roles, and the guard refuses changes to them", name),
			Result:      removed,
		})
		if err == nil {
			s.HintEvaluation()
		}
		return err
	})
	return cmd
}
