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
		Long: `Manage the exceptions of the registry: roles that cannot carry a permissions boundary, such
as those of AWS Control Tower.

An exception is in the SSM parameter PREFIX/_except/NAME. The audit does not report a role
that it matches, and the guard lets the role pass. The macro ignores exceptions: a template
that declares it gets the boundary on every role.

Without the policy that "policy scp" prints, anyone who can choose the name of a role or a
stack can use an exception.`,
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
