package audit

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/registry"
)

func newGuard(streams command.IO) *cobra.Command {
	o := &command.Options{IO: streams}
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
			return runGuard(cmd.Context(), o, arguments[0])
		},
	}
	o.AddRegistryFlags(cmd)
	o.AddRegistryRoleFlag(cmd)
	return cmd
}

// runGuard answers the event in a file.
func runGuard(ctx context.Context, o *command.Options, file string) error {
	settings, err := guard.ReadSettings(o.Getenv)
	if err != nil {
		return err
	}
	event, err := o.ReadFile(ctx, file)
	if err != nil {
		return err
	}
	hierarchy, err := openHierarchy(ctx, o, settings.ParameterRegion)
	if err != nil {
		return err
	}
	response, err := guard.NewHandler(settings, hierarchy, o.ScopeOfFile().Region, o.Err).Invoke(ctx, event)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(o.Out, "%s\n", response); err != nil {
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

// openHierarchy opens the registry in a region; an empty region is the options' own.
func openHierarchy(ctx context.Context, o *command.Options, region string) (guard.Hierarchy, error) {
	if err := o.ValidateRegistryRole(); err != nil {
		return nil, err
	}
	if o.Registry != "" {
		return registry.ExistingFile(o.Registry), nil
	}
	cfg, err := o.Load(ctx)
	if err != nil {
		return nil, err
	}
	hierarchy, err := o.Hierarchy(cfg)
	if err != nil {
		return nil, err
	}
	return registry.NewParameterStore(hierarchy, region), nil
}
