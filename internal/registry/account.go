package registry

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"amplify-boundary/internal/environment"
)

// Template is a template whose boundary is looked up, and where it is deployed.
type Template struct {
	environment.Template
	Settings  environment.Settings
	AccountID string // empty where it is not known; then no account's entry is looked for
}

// LookupTemplate decides the environment of a template and reads its boundary. The hierarchy may fix the
// environment of an account: that holds like the setting ENVIRONMENT, which goes first.
//
// It makes one request to the source, and a second only where the account is fixed to an environment that the
// template does not name. It fails as [environment.Find] and [Lookup] do; the environment that it returns with an
// error is the one that was decided before.
func LookupTemplate(ctx context.Context, source Source, prefix string, t Template) (environment.Environment, Entry, error) {
	e, err := environment.Find(t.Template, t.Settings)
	named := err == nil
	if !named && !errors.Is(err, environment.ErrNoEnvironment) {
		return e, Entry{}, err
	}
	if t.AccountID == "" || t.Settings.IsFixed() {
		if !named {
			return e, Entry{}, err
		}
		entry, err := Lookup(ctx, source, prefix, e)
		return e, entry, err
	}

	account := AccountName(prefix, t.AccountID)
	names := []string{account}
	if named {
		names = append(Names(prefix, e), account)
	}
	values, readErr := source.Values(ctx, names)
	if readErr != nil {
		return e, Entry{}, readErr
	}
	fixed, fixedErr := AccountEnvironment(values, prefix, t.AccountID)
	switch {
	case fixedErr != nil:
		return e, Entry{}, fixedErr
	case fixed != "":
		return t.lookupFixed(ctx, source, prefix, e, values, fixed)
	case !named:
		return e, Entry{}, err
	}
	entry, err := Pick(values, prefix, e)
	return e, entry, err
}

// lookupFixed reads the boundary of a template in an account that is fixed to an environment. Values are
// those of the environment that the template named, if any.
func (t Template) lookupFixed(ctx context.Context, source Source, prefix string, named environment.Environment, values map[string]string, fixed string) (environment.Environment, Entry, error) {
	account := AccountName(prefix, t.AccountID)
	e, err := environment.Find(t.Template, t.Settings.FixedBy(fixed, account))
	if err != nil {
		return named, Entry{}, err
	}
	var entry Entry
	if e.Name == named.Name && e.Project == named.Project {
		entry, err = Pick(values, prefix, e)
	} else {
		entry, err = Lookup(ctx, source, prefix, e)
	}
	missing, advice := (*NotFoundError)(nil), (*AdviceError)(nil)
	if errors.As(err, &missing) && errors.As(err, &advice) {
		advice.Fault = fmt.Errorf("SSM parameter %s fixes account %s to environment %s, but %w", account, t.AccountID, e.Name, advice.Fault)
	}
	return e, entry, err
}

// accounts is the part of the hierarchy that fixes accounts to environments.
const accounts = reserved + "account"

// AccountName returns the name of the SSM parameter that fixes an account to an environment.
func AccountName(prefix, id string) string { return prefix + "/" + accounts + "/" + id }

// AccountEnvironment picks the name of the environment that an account is fixed to out of values read; it
// is empty where the account is not fixed. A value that is no environment's name is an error: nobody can
// say what the account is fixed to.
func AccountEnvironment(values map[string]string, prefix, id string) (string, error) {
	name := AccountName(prefix, id)
	value, fixed := values[name]
	if !fixed {
		return "", nil
	}
	if value = strings.TrimSpace(value); !environment.ValidName(value) || value == environment.Unset {
		return "", fmt.Errorf("SSM parameter %s does not hold the name of an environment; its value is not shown, since it may be a secret; "+
			"write the name there, %s", name, environment.NameRule)
	}
	return value, nil
}
