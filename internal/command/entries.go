package command

import (
	"cmp"
	"context"
	"slices"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/registry"
)

// Entry is an environment's boundary in a result.
type Entry struct {
	Environment string `json:"environment"` // the environment's name
	Project     string `json:"project"`     // the project's name; empty: of all projects
	Parameter   string `json:"parameter"`   // the SSM parameter that holds the boundary
	Boundary    string `json:"boundary"`    // an ARN, perhaps with placeholders, or none; empty if the SSM parameter holds neither
}

// Entries lists the environments among the SSM parameters below the prefix, by project and name.
func Entries(prefix string, parameters []registry.Parameter) (entries []Entry) {
	for _, p := range parameters {
		if e, found := registry.Split(prefix, p.Name); found {
			entries = append(entries, Entry{e.Name, e.Project, p.Name, BoundaryOrEmpty(p.Value)})
		}
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Project, b.Project), cmp.Compare(a.Environment, b.Environment))
	})
	return entries
}

// Display returns the boundary of a result for people.
func Display(boundary string) string { return cmp.Or(boundary, "not a boundary") }

// BoundaryOrEmpty returns an SSM parameter's value if it is a boundary, and otherwise nothing: it may be a secret.
func BoundaryOrEmpty(text string) string {
	value, _ := boundary.Parse(text)
	return value.String()
}

// FixedAccount is an account and the environment that it is fixed to, in a result.
type FixedAccount struct {
	Account     string `json:"account"`     // the account's ID
	Environment string `json:"environment"` // the name of its environment; empty if the SSM parameter does not hold such a name
	Parameter   string `json:"parameter"`   // the SSM parameter that holds the name
}

// NewFixedAccount reads what the value of an account's SSM parameter says.
func NewFixedAccount(prefix, id, value string) (FixedAccount, error) {
	f := FixedAccount{Account: id, Parameter: registry.AccountName(prefix, id)}
	var err error
	f.Environment, err = registry.AccountEnvironment(map[string]string{f.Parameter: value}, prefix, id)
	return f, err
}

// Display returns the account's environment for people. Another value may be a secret.
func (f FixedAccount) Display() string { return cmp.Or(f.Environment, "not an environment's name") }

// FixedAccounts lists the accounts among the SSM parameters below the prefix, by ID.
func FixedAccounts(prefix string, parameters []registry.Parameter) (list []FixedAccount) {
	for _, p := range parameters {
		if id, ok := registry.SplitAccount(prefix, p.Name); ok {
			f, _ := NewFixedAccount(prefix, id, p.Value)
			list = append(list, f)
		}
	}
	return list
}

// ReadFixedAccounts reads the accounts that are fixed to an environment, by ID.
func (s *Session) ReadFixedAccounts(ctx context.Context) ([]FixedAccount, error) {
	prefix := s.Flags.Registry.Prefix
	parameters, err := s.Store.List(ctx, registry.AccountsPath(prefix))
	return FixedAccounts(prefix, parameters), err
}

// ByEnvironment groups the IDs of accounts by the environments that they are fixed to; the empty one is that of
// accounts whose SSM parameter does not hold a name.
func ByEnvironment(accounts []FixedAccount) map[string][]string {
	groups := make(map[string][]string)
	for _, f := range accounts {
		groups[f.Environment] = append(groups[f.Environment], f.Account)
	}
	return groups
}

// AccountsAre begins a sentence about accounts: "account 1 is", "accounts 1 and 2 are".
func AccountsAre(ids []string) string {
	if len(ids) == 1 {
		return "account " + ids[0] + " is"
	}
	return "accounts " + cfn.JoinNames(ids, NamesShown) + " are"
}
