// Package template has the commands that read and edit templates: transform, declare, undeclare, adopt, and invoke.
package template

import (
	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
)

// Commands returns the family's commands.
func Commands(io command.IO) []*cobra.Command {
	return []*cobra.Command{newTransform(io), newDeclare(io), newUndeclare(io), newAdopt(io), newInvoke(io)}
}
