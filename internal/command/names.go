package command

import (
	"fmt"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/environment"
)

// ValidateEnvironment refuses names that no environment can have.
func ValidateEnvironment(name string) error { return ValidateName("the environment's name", name) }

// ValidateName refuses names that no environment and no project can have. Its error begins with what the name is.
func ValidateName(what, name string) error {
	switch {
	case !environment.ValidName(name):
		return fmt.Errorf("%s is %q; it must be %s", what, name, environment.NameRule)
	case name == environment.Unset:
		return fmt.Errorf("%s is %s, which means \"not set\" in templates; choose another", what, name)
	default:
		return nil
	}
}

// ValidateAccount refuses what is not an account's ID; empty is the caller's account.
func ValidateAccount(id string) error {
	if id != "" && !boundary.ValidAccount(id) {
		return fmt.Errorf("--account is %q; it must be 12 digits", id)
	}
	return nil
}
