// Package audit has the commands that compare deployed roles with the registry, and enforce it: audit, impact, report, policy, and guard.
package audit

import (
	"github.com/spf13/cobra"

	"amplify-boundary/internal/command"
)

// Commands returns the family's commands.
func Commands(io command.IO) []*cobra.Command {
	return []*cobra.Command{newAudit(io), newImpact(io), newReport(io), newPolicy(io), newGuard(io)}
}
