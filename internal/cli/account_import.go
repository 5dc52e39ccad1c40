package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/registry"
)

// accountImport is the result of account import.
type accountImport struct {
	File     string            `json:"file"`     // the CSV file
	Accounts []importedAccount `json:"accounts"` // the file's accounts in their order
}

// importedAccount is what became of an account.
type importedAccount struct {
	fixing
	Previous string `json:"previous"` // the environment that the account was fixed to before; empty for none
	Done     string `json:"done"`     // what became of it: added, changed or unchanged
}

func newAccountImport(streams IO) *cobra.Command {
	o := &options{IO: streams, patient: true}
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
		Args: oneArgument("FILE"),
		RunE: func(cmd *cobra.Command, arguments []string) error {
			file := arguments[0]
			text, err := o.readFile(cmd.Context(), file)
			if err != nil {
				return err
			}
			rows, err := readAccounts(text)
			if err != nil {
				return fmt.Errorf("%s: %w", fileName(file), err)
			}
			ctx := cmd.Context()
			return o.run(ctx, listing, func(s *session) error { return runAccountImport(ctx, s, file, rows, overwrite) })
		},
	}
	o.addAccountFlags(cmd)
	cmd.Flags().BoolVar(&overwrite, "overwrite", false, "where file and registry disagree, take the file's environment")
	return cmd
}

// runAccountImport writes all accounts of a file, or none.
func runAccountImport(ctx context.Context, s *session, file string, rows []accountRow, overwrite bool) error {
	parameters, err := s.store.List(ctx, s.prefix)
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
		return fmt.Errorf("nothing was imported from %s%s", fileName(file), advice)
	}
	if len(plan.writes) == 0 {
		return s.print(result, result.lines()...)
	}
	plan.warnOfUnbounded()
	written, err := s.store.WriteAll(ctx, plan.writes, s.progress("accounts"))
	if err != nil && written > 0 {
		s.say("warning", "%d of %d accounts are written; the command may be run again, which leaves these as they are", written, len(plan.writes))
	}
	if err != nil {
		return err
	}
	return s.printWritten("the accounts were written to the registry", result, result.lines()...)
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
			lines = append(lines, fmt.Sprintf("account %s: changed, %s, was %s", a.Account, a.Environment, fixing{Environment: a.Previous}.environmentOrNone()))
		}
	}
	return append(lines, fmt.Sprintf("%s: %d added, %d changed, %d unchanged", counted(len(i.Accounts), "account"), counts["added"], counts["changed"], counts["unchanged"]))
}

// accountPlan is what is to become of the accounts of a file.
type accountPlan struct {
	s         *session
	overwrite bool
	available fixable
	stored    map[string]registry.Parameter // by the account's ID
	lines     map[string]accountRow         // by the account's ID

	accounts  []importedAccount
	writes    []registry.Write
	faults    faults
	disagrees bool // whether a fault is one that --overwrite heals
}

func newAccountPlan(s *session, parameters []registry.Parameter, overwrite bool) *accountPlan {
	p := &accountPlan{
		s: s, overwrite: overwrite, available: fixableIn(registry.NewSnapshot(s.prefix, parameters)),
		stored: make(map[string]registry.Parameter), lines: make(map[string]accountRow), accounts: []importedAccount{},
	}
	for _, parameter := range parameters {
		if id, ok := registry.SplitAccount(s.prefix, parameter.Name); ok {
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
	a := importedAccount{fixing: fixing{row.account, row.environment, registry.AccountName(p.s.prefix, row.account)}, Done: "added"}
	write := registry.Write{Name: a.Parameter, Value: a.Environment}
	if stored, found := p.stored[a.Account]; found {
		before, _ := p.s.fixedTo(a.Account, stored.Value)
		a.Previous, a.Done, write.Read = before.Environment, "changed", &stored
		if before.Environment == a.Environment {
			a.Done = "unchanged"
		} else if !p.overwrite {
			p.disagrees = true
			p.faults.add(row.line, fmt.Errorf("the file fixes account %s to %s, the registry to %s (SSM parameter %s)", a.Account, a.Environment, before.environmentOrNone(), stored.Name))
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
	if err := errors.Join(validateAccountID(row.account), validateEnvironment(shortened(row.environment))); err != nil {
		return errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	if len(p.available[row.environment]) == 0 {
		return p.s.missingEnvironment(row.environment)
	}
	if err := p.available.holds(row.environment, boundary.Scope{AccountID: row.account, Region: p.s.where.Region}); err != nil {
		return fmt.Errorf("environment %s cannot be that of account %s: %w", row.environment, row.account, p.s.advise(err))
	}
	return nil
}

// warnOfUnbounded warns of accounts that are about to be fixed to an environment without a boundary.
func (p *accountPlan) warnOfUnbounded() {
	var fixings []fixing
	for _, a := range p.accounts {
		if a.Done != "unchanged" && p.available.isUnbounded(a.Environment) {
			fixings = append(fixings, a.fixing)
		}
	}
	unbounded := byEnvironment(fixings)
	for _, name := range slices.Sorted(maps.Keys(unbounded)) {
		p.s.say("warning", "environment %s has no boundary: roles of stacks get none where %s fixed to it", name, isOrAre(unbounded[name]))
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
func (f *faults) say(s IO) {
	const shown = 20
	for _, text := range f.texts[:min(shown, len(f.texts))] {
		lines := f.lines[text]
		where := "line "
		if len(lines) > 1 {
			where = "lines "
		}
		s.say("error", "%s%s: %s", where, few(lines), text)
	}
	if rest := len(f.texts) - shown; rest > 0 {
		s.say("error", "and %s more", counted(rest, "fault"))
	}
}
