package env

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/amplify"
	"amplify-boundary/internal/command"
)

func newEnvExport(streams command.IO) *cobra.Command {
	o := &command.ExchangeOptions{Options: command.Options{IO: streams}}
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Give an Amplify project's environments their boundaries from the registry",
		Long: `Write the registry's boundaries into an Amplify project's team-provider-info.json, for
the environments that the file has, with placeholders resolved. With it the Amplify CLI
bounds the roles that it creates before any macro can run: those of the root stack.

The boundary is the one that the macro would find, fall-backs included. A placeholder takes
the region and the account that the file names for the environment. An environment for which
the registry has none is skipped; with --require that is an error, and nothing is written.
Every other byte of the file stays.`,
		Example: "  amplify-boundary env export --amplify-dir ../shop",
		Args:    command.NoArguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			return o.Run(ctx, func(s *command.Session, info *amplify.TeamProviderInfo) error { return runExport(ctx, o, s, info) })
		},
	}
	o.AddFlags(cmd)
	o.AddRegistryRoleFlag(cmd)
	return cmd
}

// runExport writes the boundaries of all environments of a file into it, or none.
func runExport(ctx context.Context, o *command.ExchangeOptions, s *command.Session, info *amplify.TeamProviderInfo) error {
	result, err := command.ExportAll(ctx, s, info)
	if err != nil {
		return err
	}
	if !o.ReportSkipped(result.Environments) {
		return fmt.Errorf("nothing was written to %s", info.File)
	}
	if err := info.Write(ctx); err != nil {
		return err
	}
	return result.Print(s, info.File+" was written")
}
