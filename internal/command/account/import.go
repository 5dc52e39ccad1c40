package account

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
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
		Long: `Fix accounts to environments as a CSV file says ("-" is standard input). Its first line
names the columns, among them "account" and "environment"; others are ignored. Columns are
separated by commas, semicolons, or tabs. Accounts that the file does not have stay as they
are.

Nothing is written unless the whole file is right: each ID is 12 digits, each environment
exists and can hold in the account, and no account has two environments. If an account is
fixed to another environment than the file's, nothing is written either, unless --overwrite
is given. A registry file is then changed as a whole. In Parameter Store, one account is
written after another; if that fails midway, the command says how many were written, and
can be run again.`,
		Example: `  amplify-boundary account import accounts.csv
  amplify-boundary account import --overwrite - < accounts.csv`,
		Args: command.OneArgument("FILE"),
	}
	flags := newFlags(io, cmd)
	command.Writes(cmd)
	flags.Patient = true
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
		run := flags.Run(command.Listing, func(ctx context.Context, s *command.Session) error { return runImport(ctx, s, file, rows, overwrite) })
		return run(cmd, nil)
	}
	return cmd
}

// runImport writes all accounts of a file, or none.
func runImport(ctx context.Context, s *command.Session, file string, rows []row, overwrite bool) error {
	parameters, err := s.Store.List(ctx, s.Flags.Registry.Prefix)
	if err != nil {
		return err
	}
	plan := newPlan(s, parameters, overwrite)
	for _, row := range rows {
		plan.add(row)
	}
	result := imported{file, plan.accounts}
	if len(plan.errors.lines) > 0 {
		plan.errors.say(s.IO)
		advice := ""
		if plan.differs {
			advice = "; give --overwrite to use the file's environments"
		}
		return fmt.Errorf("nothing was imported from %s%s", command.FileName(file), advice)
	}
	if len(plan.writes) == 0 {
		return s.Print(result, result.lines()...)
	}
	plan.warnOfUnbounded()
	if err := s.WriteAll(ctx, plan.writes, "accounts"); err != nil {
		return err
	}
	return s.PrintWritten("the accounts were written to the registry", result, result.lines()...)
}

// lines are the accounts that are new or changed, for people, and the counts of all.
func (i imported) lines() []string {
	var lines []string
	counts := make(map[string]int)
	for _, a := range i.Accounts {
		counts[a.Done]++
		switch a.Done {
		case exchange.Added:
			lines = append(lines, fmt.Sprintf("account %s: added, %s", a.Account, a.Environment))
		case exchange.Changed:
			lines = append(lines, fmt.Sprintf("account %s: changed, %s, was %s", a.Account, a.Environment, command.FixedAccount{Environment: a.Previous}.Display()))
		}
	}
	return append(lines, fmt.Sprintf("%s: %d added, %d changed, %d unchanged", command.Counted(len(i.Accounts), "account"),
		counts[exchange.Added], counts[exchange.Changed], counts[exchange.Unchanged]))
}

// plan is what to do with the accounts of a file.
type plan struct {
	session   *command.Session
	overwrite bool
	existing  environments
	stored    map[string]registry.Parameter // by the account's ID
	rows      map[string]row                // by the account's ID

	accounts []importedAccount
	writes   []registry.Write
	errors   rowErrors
	differs  bool // whether --overwrite would resolve an error
}

func newPlan(s *command.Session, parameters []registry.Parameter, overwrite bool) *plan {
	prefix := s.Flags.Registry.Prefix
	p := &plan{
		session: s, overwrite: overwrite, existing: environmentsOf(registry.NewSnapshot(prefix, parameters)),
		stored: make(map[string]registry.Parameter), rows: make(map[string]row), accounts: []importedAccount{},
		errors: rowErrors{lines: make(map[string][]string)},
	}
	for _, parameter := range parameters {
		if id, ok := registry.SplitAccount(prefix, parameter.Name); ok {
			p.stored[id] = parameter
		}
	}
	return p
}

// add plans what to do with a row's account.
func (p *plan) add(r row) {
	if err := p.validate(r); err != nil {
		p.errors.add(r.line, err)
		return
	}
	if earlier, repeated := p.rows[r.account]; repeated {
		if earlier.environment != r.environment {
			p.errors.add(r.line, fmt.Errorf("account %s has environment %s here, and %s in line %d", r.account, r.environment, earlier.environment, earlier.line))
		}
		return
	}
	p.rows[r.account] = r
	prefix := p.session.Flags.Registry.Prefix
	a := importedAccount{FixedAccount: command.FixedAccount{Account: r.account, Environment: r.environment, Parameter: registry.AccountName(prefix, r.account)}, Done: exchange.Added}
	write := registry.Write{Name: a.Parameter, Value: a.Environment}
	if stored, found := p.stored[a.Account]; found {
		before, _ := command.NewFixedAccount(prefix, a.Account, stored.Value)
		a.Previous, a.Done, write.Read = before.Environment, exchange.Changed, &stored
		if before.Environment == a.Environment {
			a.Done = exchange.Unchanged
		} else if !p.overwrite {
			p.differs = true
			p.errors.add(r.line, fmt.Errorf("the file fixes account %s to %s, the registry to %s (SSM parameter %s)", a.Account, a.Environment, before.Display(), stored.Name))
		}
	}
	p.accounts = append(p.accounts, a)
	if a.Done != exchange.Unchanged {
		p.writes = append(p.writes, write)
	}
}

// validate fails if a row cannot be written, whatever the registry says of its account.
func (p *plan) validate(r row) error {
	if r.account == "" || r.environment == "" {
		return errors.New("the account's ID or the environment is missing")
	}
	const shown = 65 // one more than a name can have
	if err := errors.Join(validateID(r.account), command.ValidateEnvironment(cfn.Shorten(r.environment, shown))); err != nil {
		return errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	flags := p.session.Flags.Registry
	if len(p.existing[r.environment]) == 0 {
		return flags.MissingEnvironment(r.environment)
	}
	if err := p.existing.check(r.environment, boundary.Scope{AccountID: r.account, Region: p.session.Where.Region}); err != nil {
		return fmt.Errorf("environment %s cannot be that of account %s: %w", r.environment, r.account, flags.Advise(err))
	}
	return nil
}

// warnOfUnbounded warns of accounts that are about to be fixed to an environment without a boundary.
func (p *plan) warnOfUnbounded() {
	var accounts []command.FixedAccount
	for _, a := range p.accounts {
		if a.Done != exchange.Unchanged && p.existing.isUnbounded(a.Environment) {
			accounts = append(accounts, a.FixedAccount)
		}
	}
	groups := command.ByEnvironment(accounts)
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		p.session.Say("warning", "environment %s has no boundary, and %s fixed to it: roles of their stacks get none", name, command.AccountsAre(groups[name]))
	}
}

// rowErrors are the errors of a file's rows. One error of several rows is shown once.
type rowErrors struct {
	texts []string            // each once, in the order of the file
	lines map[string][]string // line numbers, by text
}

func (e *rowErrors) add(line int, err error) {
	text := err.Error()
	if e.lines[text] == nil {
		e.texts = append(e.texts, text)
	}
	e.lines[text] = append(e.lines[text], fmt.Sprint(line))
}

// say prints the errors; of many, the first.
func (e *rowErrors) say(io command.IO) {
	const shown = 20
	for _, text := range e.texts[:min(shown, len(e.texts))] {
		lines, word := e.lines[text], "line "
		if len(lines) > 1 {
			word = "lines "
		}
		io.Say("error", "%s%s: %s", word, cfn.JoinNames(lines, command.NamesShown), text)
	}
	if rest := len(e.texts) - shown; rest > 0 {
		io.Say("error", "and %s more", command.Counted(rest, "error"))
	}
}
