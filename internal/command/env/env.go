package env

import (
	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
)

func newEnv(streams command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Keep the boundaries of environments",
		Long: `Keep the boundaries of environments in Parameter Store, or in a local file (--registry).

An environment's boundary is in the SSM parameter PREFIX/ENVIRONMENT, or, for one project
only, in PREFIX/PROJECT/ENVIRONMENT. At either level _default answers for environments that
are not named.

What is written must hold where it is written: --account may not name another account than
the caller's, unless the registry is a local file.`,
	}
	cmd.AddCommand(
		newEnvAdd(streams), newEnvUpdate(streams), newEnvRemove(streams),
		newEnvList(streams), newEnvShow(streams), newEnvHistory(streams),
		newEnvImport(streams), newEnvExport(streams),
	)
	return cmd
}
