package env

import (
	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
)

func newEnv(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Manage the boundaries of environments",
		Long: `Manage the boundaries of environments in Parameter Store, or in a local file (--registry).

An environment's boundary is in the SSM parameter PREFIX/ENVIRONMENT, or, for one project
only, in PREFIX/PROJECT/ENVIRONMENT. At either level, _default applies to environments that
have no SSM parameter of their own.

Values hold in the account in which they are written: --account must name the caller's
account, unless the registry is a local file.`,
	}
	cmd.AddCommand(newAdd(io), newUpdate(io), newRemove(io), newList(io), newShow(io), newHistory(io), newImport(io), newExport(io))
	return cmd
}

// newFlags returns the flags that every command of the family has, and adds them.
func newFlags(io command.IO, cmd *cobra.Command) *command.ManageFlags {
	flags := command.NewManageFlags(io)
	flags.AddTo(cmd)
	flags.Registry.AddHierarchy(cmd, " (default: boundaries for all projects)")
	return flags
}

// boundaryName is Amplify's name for the flag.
const boundaryName = "permissions-boundary"

// boundaryFlag is a boundary that the command line gives; an empty one is none.
type boundaryFlag struct {
	text    string
	isGiven bool
}

func (b *boundaryFlag) addTo(cmd *cobra.Command) {
	cmd.Flags().Var(b, boundaryName, "the policy's `ARN`, placeholders allowed, or none")
}

// Set sets the flag.
func (b *boundaryFlag) Set(text string) error {
	b.text, b.isGiven = text, true
	return nil
}

// String returns the value.
func (b *boundaryFlag) String() string { return b.text }

// Type returns the name of the value's type in usage.
func (b *boundaryFlag) Type() string { return "string" }
