package account

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/command"
)

func newAccount(streams command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "account",
		Short: "Keep which accounts are fixed to which environments",
		Long: `Keep which accounts are fixed to which environments, in Parameter Store or in a local file
(--registry), for a macro that many accounts call.

The name of an account's environment is in the SSM parameter PREFIX/_account/ID, in the
account and region of the registry. It holds for every stack of that account like the
function's setting ENVIRONMENT: a template that names another environment is refused, and
so is one that names a project, unless the setting PROJECT allows it. An account without
such a parameter leaves the environment to its templates.

An environment exists that has a boundary, or none, of its own: for all projects, or for
one. That a _default would answer is not enough, since a mistyped name lands there.`,
	}
	cmd.AddCommand(newAccountSet(streams), newAccountList(streams), newAccountShow(streams), newAccountRemove(streams), newAccountImport(streams))
	return cmd
}

// addAccountFlags adds what all commands that keep accounts have.
func addAccountFlags(o *command.Options, cmd *cobra.Command) {
	o.AddRegistryFlags(cmd)
	o.AddPrefixFlag(cmd)
	o.AddOutputFlag(cmd, "text", "json")
}

// runForAccount opens the registry, and does what the command does with an account.
func runForAccount(ctx context.Context, o *command.Options, id string, do func(context.Context, *command.Session, string) error) error {
	if err := validateAccountID(id); err != nil {
		return err
	}
	return o.Run(ctx, command.Listing, func(s *command.Session) error { return do(ctx, s, id) })
}

// validateAccountID refuses what is no ID of an account.
func validateAccountID(id string) error {
	const digits = 12
	switch {
	case boundary.ValidAccount(id):
		return nil
	case id != "" && len(id) < digits && strings.Trim(id, "0123456789") == "":
		return fmt.Errorf("the account's ID %s has %s, not %d; a spreadsheet drops zeros that an ID begins with", id, command.Counted(len(id), "digit"), digits)
	default:
		return fmt.Errorf("the account's ID is %q; it must be %d digits", shortened(id), digits)
	}
}

// shortened leaves room in a message for what is wrong with a text.
func shortened(text string) string {
	const limit = 64 // as long as a name may be
	if len(text) > limit {
		return strings.ToValidUTF8(text[:limit], "") + "…"
	}
	return text
}
