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
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/registry"
)

// accountImport is the result of account import.
type accountImport struct {
	File     string            `json:"file"`     // the CSV file
	Accounts []importedAccount `json:"accounts"` // the file's accounts in their order
}

// importedAccount is what became of an account.
type importedAccount struct {
	command.Fixing
	Previous string `json:"previous"` // the environment that the account was fixed to before; empty for none
	Done     string `json:"done"`     // what became of it: added, changed or unchanged
}

func newAccountImport(streams command.IO) *cobra.Command {
	o := &command.Options{IO: streams, Patient: true}
	var overwrite bool
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Fix the accounts of a CSV file to their environments",
		Long: `Fix accounts to environments as a CSV file says ("-" is standard input). Its first line
names the columns, among them "account" and "environment", in any case; others are ignored.
Commas, semicolons or tabs divide them. Accounts that the file does not have stay as they are.

Nothing is written unless the whole file is right: each ID is 12 digits, each environment
exists and can hold in the account, and no account is there with two environments. Where
an account is fixed to another environment than the file's, nothing is written either,
unless --overwrite says that the file is right. A registry file is then changed as a whole.
Parameter Store takes one account after another; where that is cut short, the command says
how many were written, and may be run again: what was written is unchanged then.`,
		Example: `  amplify-boundary account import accounts.csv
  amplify-boundary account import --overwrite - < accounts.csv`,
		Args: command.OneArgument("FILE"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			file := arguments[0]
			text, err := o.ReadFile(cmd.Context(), file)
			if err != nil {
				return err
			}
			rows, err := readAccounts(text)
			if err != nil {
				return fmt.Errorf("%s: %w", command.FileName(file), err)
			}
			ctx := cmd.Context()
			return o.Run(ctx, command.Listing, func(s *command.Session) error { return runAccountImport(ctx, s, file, rows, overwrite) })
		},
	}
	addAccountFlags(o, cmd)
	cmd.Flags().BoolVar(&overwrite, "overwrite", false, "where file and registry disagree, take the file's environment")
	return cmd
}

// runAccountImport writes all accounts of a file, or none.
func runAccountImport(ctx context.Context, s *command.Session, file string, rows []accountRow, overwrite bool) error {
	parameters, err := s.Store.List(ctx, s.Prefix)
	if err != nil {
		return err
	}
	plan := newAccountPlan(s, parameters, overwrite)
	for _, row := range rows {
		plan.add(row)
	}
	result := accountImport{file, plan.accounts}
	if plan.faults.count > 0 {
		plan.faults.say(s.IO)
		advice := ""
		if plan.disagrees {
			advice = "; give --overwrite to take the file's environments"
		}
		return fmt.Errorf("nothing was imported from %s%s", command.FileName(file), advice)
	}
	if len(plan.writes) == 0 {
		return s.Print(result, result.lines()...)
	}
	plan.warnOfUnbounded()
	written, err := s.Store.WriteAll(ctx, plan.writes, s.Progress("accounts"))
	if err != nil && written > 0 {
		s.Say("warning", "%d of %d accounts are written; the command may be run again, which leaves these as they are", written, len(plan.writes))
	}
	if err != nil {
		return err
	}
	return s.PrintWritten("the accounts were written to the registry", result, result.lines()...)
}

// lines are what became of accounts, for people: those that are new or changed, and how many there are.
func (i accountImport) lines() []string {
	var lines []string
	counts := make(map[string]int)
	for _, a := range i.Accounts {
		counts[a.Done]++
		switch a.Done {
		case "added":
			lines = append(lines, fmt.Sprintf("account %s: added, %s", a.Account, a.Environment))
		case "changed":
			lines = append(lines, fmt.Sprintf("account %s: changed, %s, was %s", a.Account, a.Environment, command.Fixing{Environment: a.Previous}.EnvironmentOrNone()))
		}
	}
	return append(lines, fmt.Sprintf("%s: %d added, %d changed, %d unchanged", command.Counted(len(i.Accounts), "account"), counts["added"], counts["changed"], counts["unchanged"]))
}

// accountPlan is what is to become of the accounts of a file.
type accountPlan struct {
	s         *command.Session
	overwrite bool
	available fixable
	stored    map[string]registry.Parameter // by the account's ID
	lines     map[string]accountRow         // by the account's ID

	accounts  []importedAccount
	writes    []registry.Write
	faults    faults
	disagrees bool // whether a fault is one that --overwrite heals
}

func newAccountPlan(s *command.Session, parameters []registry.Parameter, overwrite bool) *accountPlan {
	p := &accountPlan{
		s: s, overwrite: overwrite, available: fixableIn(registry.NewSnapshot(s.Prefix, parameters)),
		stored: make(map[string]registry.Parameter), lines: make(map[string]accountRow), accounts: []importedAccount{},
	}
	for _, parameter := range parameters {
		if id, ok := registry.SplitAccount(s.Prefix, parameter.Name); ok {
			p.stored[id] = parameter
		}
	}
	return p
}

// add plans what is to become of a line's account.
func (p *accountPlan) add(row accountRow) {
	if err := p.validate(row); err != nil {
		p.faults.add(row.line, err)
		return
	}
	if earlier, twice := p.lines[row.account]; twice {
		if earlier.environment != row.environment {
			p.faults.add(row.line, fmt.Errorf("account %s is to have environment %s, and %s in line %d", row.account, row.environment, earlier.environment, earlier.line))
		}
		return
	}
	p.lines[row.account] = row
	a := importedAccount{Fixing: command.Fixing{Account: row.account, Environment: row.environment, Parameter: registry.AccountName(p.s.Prefix, row.account)}, Done: "added"}
	write := registry.Write{Name: a.Parameter, Value: a.Environment}
	if stored, found := p.stored[a.Account]; found {
		before, _ := p.s.FixedTo(a.Account, stored.Value)
		a.Previous, a.Done, write.Read = before.Environment, "changed", &stored
		if before.Environment == a.Environment {
			a.Done = "unchanged"
		} else if !p.overwrite {
			p.disagrees = true
			p.faults.add(row.line, fmt.Errorf("the file fixes account %s to %s, the registry to %s (SSM parameter %s)", a.Account, a.Environment, before.EnvironmentOrNone(), stored.Name))
		}
	}
	p.accounts = append(p.accounts, a)
	if a.Done != "unchanged" {
		p.writes = append(p.writes, write)
	}
}

// validate fails where a line says nothing that could be written.
func (p *accountPlan) validate(row accountRow) error {
	if row.account == "" || row.environment == "" {
		return errors.New("the account's ID or the environment is missing")
	}
	if err := errors.Join(validateAccountID(row.account), command.ValidateEnvironment(shortened(row.environment))); err != nil {
		return errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	if len(p.available[row.environment]) == 0 {
		return missingEnvironment(p.s, row.environment)
	}
	if err := p.available.holds(row.environment, boundary.Scope{AccountID: row.account, Region: p.s.Where.Region}); err != nil {
		return fmt.Errorf("environment %s cannot be that of account %s: %w", row.environment, row.account, p.s.Advise(err))
	}
	return nil
}

// warnOfUnbounded warns of accounts that are about to be fixed to an environment without a boundary.
func (p *accountPlan) warnOfUnbounded() {
	var fixings []command.Fixing
	for _, a := range p.accounts {
		if a.Done != "unchanged" && p.available.isUnbounded(a.Environment) {
			fixings = append(fixings, a.Fixing)
		}
	}
	unbounded := command.ByEnvironment(fixings)
	for _, name := range slices.Sorted(maps.Keys(unbounded)) {
		p.s.Say("warning", "environment %s has no boundary: roles of stacks get none where %s fixed to it", name, command.IsOrAre(unbounded[name]))
	}
}

// faults are what is wrong with the lines of a file.
type faults struct {
	count int
	texts []string            // each once
	lines map[string][]string // by the text
}

// add keeps what is wrong with a line. The same fault of several lines is one.
func (f *faults) add(line int, err error) {
	f.count++
	if f.lines == nil {
		f.lines = make(map[string][]string)
	}
	text := err.Error()
	if f.lines[text] == nil {
		f.texts = append(f.texts, text)
	}
	f.lines[text] = append(f.lines[text], fmt.Sprint(line))
}

// say says what is wrong, of many faults the first.
func (f *faults) say(s command.IO) {
	const shown = 20
	for _, text := range f.texts[:min(shown, len(f.texts))] {
		lines := f.lines[text]
		where := "line "
		if len(lines) > 1 {
			where = "lines "
		}
		s.Say("error", "%s%s: %s", where, command.Few(lines), text)
	}
	if rest := len(f.texts) - shown; rest > 0 {
		s.Say("error", "and %s more", command.Counted(rest, "fault"))
	}
}
