// Package check has the commands check: roles in templates that would be deployed without the boundary.
package check

import (
	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
)

// Commands returns the family's commands.
func Commands(streams command.IO) []*cobra.Command {
	return []*cobra.Command{newCheck(streams)}
}
