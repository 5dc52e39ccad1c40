package guard

import (
	"errors"
	"fmt"
	"slices"

	"amplify-boundary/internal/awsapi/assume"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/macro"
)

// The settings that the macro does not have.
const (
	passesNone   = "GUARD_PASSES_NONE"
	RegistryRole = "REGISTRY_ROLE_ARN" // empty: the registry is in the guard's own account
)

// Settings are the operator's choices: those of the macro, whose work the guard checks, and the guard's own.
type Settings struct {
	macro.Settings
	PassesNone   bool   // whether a role may lack a boundary where only its stack's name shows that its environment has none
	RegistryRole string // the ARN of a role that reads the registry of another account
}

// ReadSettings reads the settings from environment variables. The error names every bad one.
func ReadSettings(getenv func(string) string) (Settings, error) {
	common, err := macro.ReadSettings(getenv)
	s := Settings{common, getenv(passesNone) == "true", getenv(RegistryRole)}
	if value := getenv(passesNone); !slices.Contains([]string{"", "false", "true"}, value) {
		err = errors.Join(err, fmt.Errorf("setting %s is %q; it must be true or false", passesNone, value))
	}
	if s.RegistryRole != "" && !assume.ValidRole(s.RegistryRole) {
		err = errors.Join(err, fmt.Errorf("setting %s is %q; it must be %s", RegistryRole, s.RegistryRole, assume.RoleRule))
	}
	if err != nil {
		return Settings{}, err
	}
	return s, nil
}

// bounds reports whether resources of a type must have a boundary.
func (s Settings) bounds(resourceType string) bool {
	return resourceType == cfn.TypeRole || s.BoundUsers && resourceType == cfn.TypeUser
}
