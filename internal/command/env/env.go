// Package env has the commands that manage the boundaries of environments.
package env

import (
	"errors"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/amplify"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/assess"
	"amplify-boundary/internal/registry"
)

// Commands returns the family's commands.
func Commands(io command.IO) []*cobra.Command {
	cmd := &cobra.Command{
		Use:   "env",
		Short: "Manage the boundaries of environments",
		Long: `An environment's boundary is in the SSM parameter PREFIX/ENVIRONMENT or, for one
project, in PREFIX/PROJECT/ENVIRONMENT. At either level, _default applies to
environments that have no SSM parameter of their own. --account must name the
caller's account, unless the registry is a local file. At a terminal, you can
choose a missing NAME from a list.`,
		Example: "  amplify-boundary env list --registry events/boundaries.json",
	}
	cmd.AddCommand(newAdd(io), newUpdate(io), newRemove(io), newList(io), newShow(io), newHistory(io), newImport(io), newExport(io))
	return []*cobra.Command{newInit(io), cmd}
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
	text string
	cmd  *cobra.Command
	loss assess.LossFlags
}

func newBoundaryFlag(cmd *cobra.Command) *boundaryFlag {
	b := &boundaryFlag{cmd: cmd}
	cmd.Flags().StringVar(&b.text, boundaryName, "", "the policy's `ARN`, placeholders allowed, or none")
	b.loss.AddTo(cmd)
	return b
}

func (b *boundaryFlag) isGiven() bool { return b.cmd.Flags().Changed(boundaryName) }

// validateName accepts _default, too, the name of the SSM parameter for environments that have none of their own.
func validateName(name string) error {
	if name == registry.DefaultName {
		return nil
	}
	return command.ValidateEnvironment(name)
}

// requiredEnvironment is [currentEnvironment] for a command that needs one.
func requiredEnvironment() (string, error) {
	name, err := currentEnvironment()
	if err == nil && name == "" {
		err = errors.New("NAME is required outside an Amplify project that has an environment checked out")
	}
	return name, err
}

// currentEnvironment returns the environment that is checked out in the Amplify project around the working directory;
// empty if there is none.
func currentEnvironment() (string, error) {
	project, err := amplify.Find(".")
	if errors.Is(err, amplify.ErrNoProject) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return project.CurrentEnvironment()
}
