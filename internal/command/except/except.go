// Package except has the commands that manage the exceptions of the registry: roles that cannot carry a boundary.
package except

import (
	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
)

// Commands returns the family's commands.
func Commands(io command.IO) []*cobra.Command {
	cmd := &cobra.Command{
		Use:   "except",
		Short: "Manage the roles that cannot carry a boundary",
		Long: `The audit does not report a role that an exception matches, and the guard lets
it pass; the macro ignores exceptions. An exception is in the SSM parameter
PREFIX/_except/NAME. Without the policy that "policy scp" prints, anyone who can
choose the name of a role or a stack can use an exception.`,
		Example: `  export AMPLIFY_BOUNDARY_REGISTRY=events/boundaries.json
  amplify-boundary except add control-tower --preset control-tower
  amplify-boundary except list`,
	}
	cmd.AddCommand(newAdd(io), newList(io), newShow(io), newRemove(io))
	return []*cobra.Command{cmd}
}

// newFlags returns the flags that every command of the family has, and adds them.
func newFlags(io command.IO, cmd *cobra.Command) *command.ManageFlags {
	flags := command.NewManageFlags(io)
	flags.AddTo(cmd)
	flags.Registry.AddPrefix(cmd)
	return flags
}

// nameArgument returns the exception's name that the command line gives.
func nameArgument(arguments []string) (string, error) {
	return arguments[0], command.ValidateName("the exception's name", arguments[0])
}
