package env

import (
	"context"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/amplify"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/exchange"
)

type exchangeFlags struct {
	manage  *command.ManageFlags
	dir     string // of the Amplify project; empty: the one around the working directory
	require bool
}

func newExchangeFlags(io command.IO, cmd *cobra.Command) *exchangeFlags {
	flags := &exchangeFlags{manage: newFlags(io, cmd)}
	exchange.AddAmplifyFlag(cmd, &flags.dir)
	cmd.Flags().BoolVar(&flags.require, "require", false, "fail, and write nothing, if an environment would be skipped")
	return flags
}

// run returns the run of a command: it reads the Amplify project's file, opens the registry, and does the work with both.
func (f *exchangeFlags) run(work func(context.Context, *command.Session, *amplify.TeamProviderInfo) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		project, err := exchange.OpenAmplify(f.dir)
		if err != nil {
			return err
		}
		info, err := project.TeamProviderInfo()
		if err != nil {
			return err
		}
		return f.manage.Run(command.Writing, func(ctx context.Context, s *command.Session) error { return work(ctx, s, info) })(cmd, nil)
	}
}

func newExport(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Write the registry's boundaries into an Amplify project",
		Long: `They go into team-provider-info.json, as PermissionsBoundaryPolicyArn of each
environment: with that, the Amplify CLI bounds the roles that it creates before
any macro can run. Fall-backs are used as the macro uses them, and placeholders
are resolved for the environment's region and account. An environment without a
boundary is skipped; with --require, that is an error, and nothing is written.`,
		Example: `  amplify-boundary env export --amplify-dir examples/amplify-gen1 \
    --registry events/boundaries.json`,
		Args: command.NoArguments(),
	}
	flags := newExchangeFlags(io, cmd)
	command.Writes(cmd)
	flags.manage.Registry.AddRole(cmd)
	cmd.RunE = flags.run(func(ctx context.Context, s *command.Session, info *amplify.TeamProviderInfo) error {
		result, err := exchange.Export(ctx, s, info)
		if err != nil {
			return err
		}
		if err := result.SaySkipped(s.IO, flags.require); err != nil {
			return err
		}
		if err := info.Write(ctx); err != nil {
			return err
		}
		return s.PrintWritten(info.File+" has the boundaries", result, result.Lines()...)
	})
	return cmd
}
