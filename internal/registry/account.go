package registry

import (
	"fmt"
	"strings"

	"amplify-boundary/internal/environment"
)

// AccountEnvironment returns the name of the environment that an account is fixed to, by values that were read; it is
// empty where the account is not fixed. It fails where the account's entry does not hold an environment name.
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
