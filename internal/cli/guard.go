package cli

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"
	"github.com/spf13/cobra"

	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/registry"
)

func newGuard(streams IO) *cobra.Command {
	o := &options{IO: streams}
	cmd := &cobra.Command{
		Use:   "guard EVENT",
		Short: "Answer a hook's event from a file as the guard does",
		Long: `Answer the event of a CloudFormation hook from a file ("-" is standard input) as the guard's
function does: whether the role in it may be created or updated with the boundary that it
has.

The settings are read from the environment variables that the function has, such as
ENVIRONMENT and GUARD_PASSES_NONE. The answer goes to standard output, the function's log
line to standard error. The exit code is 1 when the answer's status is FAILED.`,
		Example: "  amplify-boundary guard events/guard/role.json --registry events/boundaries.json",
		Args:    oneArgument("EVENT"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			return runGuard(cmd.Context(), o, arguments[0])
		},
	}
	o.addRegistryFlags(cmd)
	o.addRegistryRoleFlag(cmd)
	return cmd
}

// runGuard answers the event in a file.
func runGuard(ctx context.Context, o *options, file string) error {
	settings, err := guard.ReadSettings(o.Getenv)
	if err != nil {
		return err
	}
	event, err := o.readFile(ctx, file)
	if err != nil {
		return err
	}
	hierarchy, err := o.openWholeHierarchy(ctx, settings.ParameterRegion)
	if err != nil {
		return err
	}
	response, err := guard.NewHandler(settings, hierarchy, o.scopeOfFile().Region, o.Err).Invoke(ctx, event)
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
		return errFailed
	}
	return nil
}

// openWholeHierarchy opens the registry whose hierarchy lies in a region, to be read whole; empty is the
// options' own.
func (o *options) openWholeHierarchy(ctx context.Context, region string) (guard.Hierarchy, error) {
	if err := o.validateRegistryRole(); err != nil {
		return nil, err
	}
	if o.registry != "" {
		return registry.ExistingFile(o.registry), nil
	}
	cfg, err := o.load(ctx)
	if err != nil {
		return nil, err
	}
	hierarchy, err := o.hierarchy(cfg)
	if err != nil {
		return nil, err
	}
	return registry.NewPathReader(hierarchy, region), nil
}
