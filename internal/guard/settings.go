package guard

import (
	"fmt"

	"amplify-boundary/internal/macro"
	"amplify-boundary/transform"
)

// passesNone is the setting that the macro does not have.
const passesNone = "GUARD_PASSES_NONE"

// Settings are the operator's choices: those of the macro, whose work the guard checks, and its own.
type Settings struct {
	macro.Settings
	PassesNone bool // whether a role may lack a boundary where only its stack's name says that its environment has none
}

// ReadSettings reads the settings from environment variables. The error names every bad one of the macro's.
func ReadSettings(getenv func(string) string) (Settings, error) {
	common, err := macro.ReadSettings(getenv)
	if err != nil {
		return Settings{}, err
	}
	switch value := getenv(passesNone); value {
	case "", "false":
		return Settings{common, false}, nil
	case "true":
		return Settings{common, true}, nil
	default:
		return Settings{}, fmt.Errorf("setting %s is %q; it must be true or false", passesNone, value)
	}
}

// guards reports whether the guard looks at an event's resource.
func (s Settings) guards(event Event) bool {
	guarded := event.TargetName == transform.RoleType || s.BoundUsers && event.TargetName == transform.UserType
	return guarded && !event.deletes()
}
