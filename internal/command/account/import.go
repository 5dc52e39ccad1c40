package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/exchange"
	"amplify-boundary/internal/registry"
)

// imported is the result of account import.
type imported struct {
	File     string            `json:"file"`     // the CSV file
	Accounts []importedAccount `json:"accounts"` // the file's accounts in their order
}

// importedAccount is what was done with an account.
type importedAccount struct {
	command.FixedAccount
	Previous string `json:"previous"` // the environment that the account was fixed to before; empty for none
	Done     string `json:"done"`     // added, changed, or unchanged
}

func newImport(io command.IO) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Fix the accounts of a CSV file to their environments",
		Long: `The first line of the file ("-" is standard input) names the columns, among them
account and environment; commas, semicolons, or tabs separate them. Nothing is
written unless the whole file is right. If an account is fixed to another
environment, nothing is written without --overwrite. If writing to Parameter
Store fails midway, run the command again.`,
		Example: `  printf 'account,environment\n210987654321,stage\n' |
    amplify-boundary account import - --registry events/boundaries.json`,
		Args: command.OneArgument("FILE"),
	}
	flags := newFlags(io, cmd)
	command.Writes(cmd)
	var overwrite bool
	cmd.Flags().BoolVar(&overwrite, "overwrite", false, "if file and registry differ, use the file's environment")
	cmd.RunE = func(cmd *cobra.Command, arguments []string) error {
		file := arguments[0]
		text, err := io.ReadFile(cmd.Context(), file)
		if err != nil {
			return err
		}
		rows, err := readRows(text)
		if err != nil {
			return fmt.Errorf("%s: %w", command.FileName(file), err)
		}
		return flags.Run(command.Listing, func(ctx context.Context, s *command.Session) error { return runImport(ctx, s, file, rows, overwrite) })(cmd, nil)
	}
	return cmd
}

// runImport writes all accounts of a file, or none.
func runImport(ctx context.Context, s *command.Session, file string, rows []row, overwrite bool) error {
	prefix := s.Flags.Registry.Prefix
	imports, err := exchange.NewImport(ctx, s, file, prefix, overwrite)
	if err != nil {
		return err
	}
	existing := environmentsOf(registry.NewSnapshot(prefix, imports.Parameters))
	earlier := make(map[string]row) // by the account's ID
	result := imported{File: file}
	for _, r := range rows {
		line := fmt.Sprintf("line %d", r.line)
		before, isRepeated := earlier[r.account]
		switch err := r.validate(s, existing); {
		case err != nil:
			imports.Refuse(line, err)
		case isRepeated && before.environment != r.environment:
			imports.Refuse(line, fmt.Errorf("account %s has environment %s here, and %s in line %d", r.account, r.environment, before.environment, before.line))
		case !isRepeated:
			earlier[r.account] = r
			name := registry.AccountName(prefix, r.account)
			stored, _ := command.NewFixedAccount(prefix, r.account, imports.Stored[name].Value)
			result.Accounts = append(result.Accounts, importedAccount{
				FixedAccount: command.FixedAccount{Account: r.account, Environment: r.environment, Parameter: name}, Previous: stored.Environment,
				Done: imports.Set(line, name, r.environment, stored.Display(), stored.Environment == r.environment),
			})
		}
	}
	if err := imports.Check(); err != nil {
		return err
	}
	var lines []string
	counts := make(map[string]int)
	unbounded := make(map[string][]string) // the IDs of accounts by environments without a boundary
	for _, a := range result.Accounts {
		counts[a.Done]++
		line := fmt.Sprintf("account %s: %s, %s", a.Account, a.Done, a.Environment)
		switch a.Done {
		case exchange.Unchanged:
			continue
		case exchange.Changed:
			line += ", was " + command.FixedAccount{Environment: a.Previous}.Display()
		}
		lines = append(lines, line)
		if existing.isUnbounded(a.Environment) {
			unbounded[a.Environment] = append(unbounded[a.Environment], a.Account)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(unbounded)) {
		s.Say("warning", "environment %s has no boundary, and %s fixed to it: roles of their stacks get none", name, command.AccountsAre(unbounded[name]))
	}
	if err := imports.Write(ctx, "accounts"); err != nil {
		return err
	}
	lines = append(lines, fmt.Sprintf("%s: %d added, %d changed, %d unchanged", command.Counted(len(result.Accounts), "account"),
		counts[exchange.Added], counts[exchange.Changed], counts[exchange.Unchanged]))
	return s.PrintWritten("the accounts are in the registry", result, lines...)
}

// validate fails if a row cannot be written, whatever the registry says of its account.
func (r row) validate(s *command.Session, existing environments) error {
	if r.account == "" || r.environment == "" {
		return errors.New("the account's ID or the environment is missing")
	}
	const shown = 65 // one more than a name can have
	if err := cmp.Or(validateID(r.account), command.ValidateEnvironment(cfn.Shorten(r.environment, shown))); err != nil {
		return err
	}
	return existing.validate(s, r.account, r.environment)
}
