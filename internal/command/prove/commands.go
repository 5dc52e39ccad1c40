// Package prove has the commands that check an installation and a boundary, and explain a denial: doctor, simulate, and
// explain.
package prove

import (
	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
)

// Commands returns the family's commands.
func Commands(io command.IO) []*cobra.Command {
	return []*cobra.Command{newDoctor(io), newSimulate(io), newExplain(io)}
}
