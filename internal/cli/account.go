package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/registry"
)

func newAccount(streams IO) *cobra.Command {
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

// fixing is the environment that an account is fixed to, in a result.
type fixing struct {
	Account     string `json:"account"`     // the account's ID
	Environment string `json:"environment"` // the name of its environment; empty where the parameter holds no such name
	Parameter   string `json:"parameter"`   // the SSM parameter that holds the name
}

// addAccountFlags adds what all commands that keep accounts have.
func (o *options) addAccountFlags(cmd *cobra.Command) {
	o.addRegistryFlags(cmd)
	o.addPrefixFlag(cmd)
	o.addOutputFlag(cmd, "text", "json")
}

// runForAccount opens the registry, and does what the command does with an account.
func (o *options) runForAccount(ctx context.Context, id string, do func(context.Context, *session, string) error) error {
	if err := validateAccountID(id); err != nil {
		return err
	}
	return o.run(ctx, listing, func(s *session) error { return do(ctx, s, id) })
}

// validateAccountID refuses what is no ID of an account.
func validateAccountID(id string) error {
	const digits = 12
	switch {
	case boundary.ValidAccount(id):
		return nil
	case id != "" && len(id) < digits && strings.Trim(id, "0123456789") == "":
		return fmt.Errorf("the account's ID %s has %s, not %d; a spreadsheet drops zeros that an ID begins with", id, counted(len(id), "digit"), digits)
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

// fixedTo returns what an account's SSM parameter says.
func (o *options) fixedTo(id, value string) (fixing, error) {
	f := fixing{Account: id, Parameter: registry.AccountName(o.prefix, id)}
	var err error
	f.Environment, err = registry.AccountEnvironment(map[string]string{f.Parameter: value}, o.prefix, id)
	return f, err
}

// environmentOrNone is the environment of an account for people. A value that is no name may be a secret.
func (f fixing) environmentOrNone() string {
	if f.Environment == "" {
		return "not an environment's name"
	}
	return f.Environment
}

// accountCommand proposes a command that writes an account of the same registry.
func (o *options) accountCommand(arguments ...string) string {
	return program + " account " + strings.Join(arguments, " ") + o.prefixFlag() + o.registryFlags() + o.inRegistryAccount()
}

// showAccount proposes to look at an account of the same registry.
func (o *options) showAccount(id string) string {
	return program + " account show " + id + o.prefixFlag() + o.readingFlags()
}

// isOrAre says of accounts that they are what follows.
func isOrAre(ids []string) string {
	if len(ids) == 1 {
		return "account " + ids[0] + " is"
	}
	return "accounts " + few(ids) + " are"
}

// few lists a number of things in words, of many only the first.
func few(list []string) string {
	const shown = 3
	if rest := len(list) - shown; rest > 1 {
		return fmt.Sprintf("%s and %d more", strings.Join(list[:shown], ", "), rest)
	}
	if last := len(list) - 1; last > 0 {
		return strings.Join(list[:last], ", ") + " and " + list[last]
	}
	return strings.Join(list, "")
}
