package macro

import (
	"context"
	"errors"
	"fmt"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
)

// Lookup returns the environment of a template in an account, as [environment.Find] decides it, and its entry in the
// registry. The registry may fix the account to an environment, unless the setting ENVIRONMENT does. The account ID
// may be empty: then no account is fixed.
//
// It makes one request to the source, and a second one only where the account is fixed to an environment that the
// template does not name. With an error, it returns the environment that the template names, if any.
func Lookup(ctx context.Context, source registry.Source, s Settings, t environment.Template, accountID string) (environment.Environment, registry.Entry, error) {
	if s.Environment.IsFixed() {
		accountID = ""
	}
	named, err := environment.Find(t, s.Environment)
	accountMayName := accountID != "" && errors.Is(err, environment.ErrNoEnvironment)
	if err != nil && !accountMayName {
		return named, registry.Entry{}, err
	}
	read, err := registry.Read(ctx, source, s.ParameterPrefix, named, accountID)
	if err != nil {
		return named, registry.Entry{}, err
	}
	settings, err := read.SettingsOf(accountID, s.Environment)
	if err != nil {
		return named, registry.Entry{}, err
	}
	e, err := environment.Find(t, settings)
	if err != nil {
		return named, registry.Entry{}, err
	}
	if e.Name != named.Name || e.Project != named.Project {
		if read, err = registry.Read(ctx, source, s.ParameterPrefix, e, ""); err != nil {
			return e, registry.Entry{}, err
		}
	}
	entry, err := read.Pick(e)
	if missing := (*registry.NotFoundError)(nil); errors.As(err, &missing) && settings.IsFixed() && accountID != "" {
		err = fmt.Errorf("SSM parameter %s fixes account %s to environment %s, but %w", registry.AccountName(s.ParameterPrefix, accountID), accountID, e.Name, err)
	}
	return e, entry, err
}

// advise adds to an error of the registry the command that repairs it.
func (s Settings) advise(err error) error {
	if remedy := registry.Remedy(err, s.command); remedy != "" {
		return fmt.Errorf("%w; %s", err, remedy)
	}
	return err
}

// refuseNone returns the error for an environment without a boundary, where the operator allows none.
func (s Settings) refuseNone(entry registry.Entry) error {
	holder, _ := registry.Split(s.ParameterPrefix, entry.Name)
	return &registry.EntryError{Environment: holder, Err: fmt.Errorf("SSM parameter %s says %s, but every environment must have a boundary here (setting %s)",
		entry.Name, boundary.None, allowNone)}
}

// command returns the operator's command for an environment of this registry.
func (s Settings) command(verb string, e environment.Environment) string {
	command := registry.Command(verb, s.ParameterPrefix, e)
	if s.ParameterRegion != "" {
		command += " --region " + s.ParameterRegion
	}
	return command
}
