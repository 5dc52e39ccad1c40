package registry

import (
	"fmt"
	"strings"

	"amplify-boundary/internal/environment"
)

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
