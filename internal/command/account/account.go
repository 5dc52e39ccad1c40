// Package account has the commands that fix accounts to environments.
package account

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// Commands returns the family's commands.
func Commands(io command.IO) []*cobra.Command {
	cmd := &cobra.Command{
		Use:   "account",
		Short: "Manage which accounts are fixed to which environments",
		Long: `This is for a macro that many accounts call. The SSM parameter
PREFIX/_account/ID has the name of the account's environment, which needs an SSM
parameter of its own: a _default is not enough. A template of that account that
names another environment is refused, and so is one that names a project, unless
the setting PROJECT allows it.`,
		Example: "  amplify-boundary account list --registry events/boundaries.json",
	}
	cmd.AddCommand(newSet(io), newList(io), newShow(io), newRemove(io), newImport(io))
	return []*cobra.Command{cmd}
}

// newFlags returns the flags that every command of the family has, and adds them.
func newFlags(io command.IO, cmd *cobra.Command) *command.ManageFlags {
	flags := command.NewManageFlags(io)
	flags.AddTo(cmd)
	flags.Registry.AddPrefix(cmd)
	return flags
}

func validateID(id string) error {
	const digits, shown = 12, 64
	switch {
	case boundary.ValidAccount(id):
		return nil
	case id != "" && len(id) < digits && strings.Trim(id, "0123456789") == "":
		return fmt.Errorf("the account's ID %s has %s, not %d; spreadsheets drop leading zeros", id, command.Counted(len(id), "digit"), digits)
	default:
		return fmt.Errorf("the account's ID is %q; it must be %d digits", cfn.Shorten(id, shown), digits)
	}
}

func existing(ctx context.Context, s *command.Session, id string) (registry.Parameter, error) {
	flags := s.Flags.Registry
	name := registry.AccountName(flags.Prefix, id)
	return s.Stored(ctx, name, fmt.Errorf("account %s is not fixed to an environment (SSM parameter %s does not exist); fix it with: %s",
		id, name, flags.AccountCommand("set", id, "ENVIRONMENT")))
}

func newRemove(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "remove [ID]",
		Short: "Stop fixing an account to an environment",
		Long: `After that, each template of the account names its own environment. The command
asks first, unless --yes is given.`,
		Example: `  amplify-boundary account remove 444455556666 --yes \
    --registry events/boundaries.json`,
	}
	flags := newFlags(io, cmd)
	flags.AddYes(cmd)
	cmd.Args = flags.OneOrChosen("ID")
	cmd.ValidArgsFunction = flags.Registry.CompleteAccount
	cmd.RunE = flags.RunFor(command.Listing, validateID, func(ctx context.Context, s *command.Session, id string) error {
		stored, err := existing(ctx, s, id)
		if err != nil {
			return err
		}
		removed, _ := command.NewFixedAccount(flags.Registry.Prefix, id, stored.Value)
		return s.Remove(ctx, stored, command.Removal{
			Thing: fmt.Sprintf("account %s: environment %s", id, removed.Display()),
			Consequence: fmt.Sprintf("when they are next deployed, stacks of account %s will use the environment that each template names, otherwise the setting "+
				"DEFAULT_ENVIRONMENT, or be refused", id),
			Result: removed,
		})
	})
	return cmd
}
