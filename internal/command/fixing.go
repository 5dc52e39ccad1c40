package command

import (
	"context"
	"strings"

	"amplify-boundary/internal/registry"
)

// Fixing is the environment that an account is fixed to, in a result.
type Fixing struct {
	Account     string `json:"account"`     // the account's ID
	Environment string `json:"environment"` // the name of its environment; empty where the parameter holds no such name
	Parameter   string `json:"parameter"`   // the SSM parameter that holds the name
}

// FixedTo returns what an account's SSM parameter says.
func (o *Options) FixedTo(id, value string) (Fixing, error) {
	f := Fixing{Account: id, Parameter: registry.AccountName(o.Prefix, id)}
	var err error
	f.Environment, err = registry.AccountEnvironment(map[string]string{f.Parameter: value}, o.Prefix, id)
	return f, err
}

// EnvironmentOrNone is the environment of an account for people. A value that is no name may be a secret.
func (f Fixing) EnvironmentOrNone() string {
	if f.Environment == "" {
		return "not an environment's name"
	}
	return f.Environment
}

// AccountCommand proposes a command that writes an account of the same registry.
func (o *Options) AccountCommand(arguments ...string) string {
	return Program + " account " + strings.Join(arguments, " ") + o.prefixFlag() + o.RegistryFlags() + o.inRegistryAccount()
}

// ShowAccount proposes to look at an account of the same registry.
func (o *Options) ShowAccount(id string) string {
	return Program + " account show " + id + o.prefixFlag() + o.readingFlags()
}

// IsOrAre says of accounts that they are what follows.
func IsOrAre(ids []string) string {
	if len(ids) == 1 {
		return "account " + ids[0] + " is"
	}
	return "accounts " + Few(ids) + " are"
}

// Fixings lists the accounts among the SSM parameters below the prefix, sorted by ID.
func (o *Options) Fixings(parameters []registry.Parameter) []Fixing {
	list := []Fixing{}
	for _, p := range parameters {
		if id, ok := registry.SplitAccount(o.Prefix, p.Name); ok {
			f, _ := o.FixedTo(id, p.Value)
			list = append(list, f)
		}
	}
	return list
}

// ReadFixings lists the accounts that are fixed to an environment, sorted by ID.
func (s *Session) ReadFixings(ctx context.Context) ([]Fixing, error) {
	parameters, err := s.Store.List(ctx, registry.AccountsPath(s.Prefix))
	return s.Fixings(parameters), err
}

// FixedAccounts lists the IDs of the accounts that are fixed to an environment. Where they cannot be read it warns.
func (s *Session) FixedAccounts(ctx context.Context, environment string) []string {
	fixings, err := s.ReadFixings(ctx)
	if err != nil {
		s.Say("warning", "it is not known which accounts are fixed to environment %s: %v", environment, err)
	}
	return append([]string{}, ByEnvironment(fixings)[environment]...)
}

// ByEnvironment groups the IDs of accounts by their environments; the empty one is that of accounts whose
// parameter holds no name.
func ByEnvironment(accounts []Fixing) map[string][]string {
	groups := make(map[string][]string)
	for _, f := range accounts {
		groups[f.Environment] = append(groups[f.Environment], f.Account)
	}
	return groups
}
