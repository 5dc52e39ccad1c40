// Package audit has the commands that compare deployed roles with the registry, and enforce it: audit, report, policy, and guard.
package audit

import (
	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
)

// Commands returns the family's commands.
func Commands(streams command.IO) []*cobra.Command {
	return []*cobra.Command{newAudit(streams), newReport(streams), newPolicy(streams), newGuard(streams)}
}
