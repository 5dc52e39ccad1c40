// Package env has the commands that manage the boundaries of environments.
package env

import (
	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
)

// Commands returns the family's commands.
func Commands(io command.IO) []*cobra.Command {
	return []*cobra.Command{newInit(io), newEnv(io)}
}
