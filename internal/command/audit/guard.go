package audit

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/printable"
)

func newGuard(io command.IO) *cobra.Command {
	registry := command.NewRegistryFlags(io)
	cmd := &cobra.Command{
		Use:   "guard EVENT",
		Short: "Answer a hook event from a file as the guard does",
		Long: `Answer an event of a CloudFormation hook from a file ("-" is standard input) as the guard's
function does: can the role in it be created or updated with the boundary that it has?

The settings are the environment variables of the function, such as ENVIRONMENT and
GUARD_PASSES_NONE. The answer goes to standard output, and the function's log line goes to
standard error. The exit code is 1 if the answer's status is FAILED.`,
		Example: "  amplify-boundary guard events/guard/role.json --registry events/boundaries.json",
		Args:    command.OneArgument("EVENT"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return runGuard(cmd.Context(), io, registry, arguments[0])
		},
	}
	registry.AddTo(cmd)
	registry.AddRole(cmd)
	return cmd
}

// runGuard answers the event in a file.
func runGuard(ctx context.Context, io command.IO, registry command.RegistryFlags, file string) error {
	settings, err := guard.ReadSettings(io.Getenv)
	if err != nil {
		return err
	}
	event, err := io.ReadFile(ctx, file)
	if err != nil {
		return err
	}
	if err := registry.ValidateRole(); err != nil {
		return err
	}
	c, err := registry.Connect(ctx)
	if err != nil {
		return err
	}
	response, err := guard.NewHandler(settings, c.Reader(settings.ParameterRegion), c.Region(), printable.JSONWriter{Out: io.Err}).Invoke(ctx, event)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(io.Out, printable.JSON(string(response))); err != nil {
		return err
	}
	var answer guard.Answer
	if err := json.Unmarshal(response, &answer); err != nil {
		return err
	}
	if answer.HookStatus != guard.Success {
		return command.ErrFailed
	}
	return nil
}
