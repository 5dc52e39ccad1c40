package macro

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"regexp"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
	"amplify-boundary/transform"
)

// Settings are the operator's choices, set by parameters of template.yaml. No template weakens them.
type Settings struct {
	ParameterPrefix string // where the hierarchy begins
	ParameterRegion string // the region whose hierarchy is read; empty is the function's own
	Environment     environment.Settings
	AllowNone       bool // whether an environment may be without boundary
	Existing        transform.ExistingMode
	BoundUsers      bool
	LogLevel        slog.Level
}

// setting is an environment variable of the function. An empty variable is an unset one.
type setting struct {
	name     string
	fallback string
	pattern  string // RE2; what template.yaml accepts too
	rule     string // the pattern in words
}

const namePattern = `^(` + environment.NamePattern + `)?$`

// rules lists the settings. AWS_ENDPOINT_URL_SSM is read by the SDK itself, and checked here so that a
// bad one stops the function at its start.
func rules() []setting {
	return []setting{
		{"PARAMETER_PREFIX", registry.DefaultPrefix, `^` + registry.PrefixPattern + `?$`, registry.PrefixRule},
		{"PARAMETER_REGION", "", `^([a-z]{2,8}(-[a-z]{2,16}){1,3}-[1-9][0-9]?)?$`, "a region such as eu-west-1"},
		{"ENVIRONMENT", "", namePattern, environment.NameRule},
		{"DEFAULT_ENVIRONMENT", "", namePattern, environment.NameRule},
		{"ALLOW_NONE", "true", `^(true|false)?$`, "true or false"},
		{"EXISTING_BOUNDARY", "replace", `^(replace|keep|reject)?$`, "replace, keep or reject"},
		{"BOUND_USERS", "false", `^(true|false)?$`, "true or false"},
		{"LOG_LEVEL", "info", `^(debug|info|warn|error)?$`, "debug, info, warn or error"},
		{"AWS_ENDPOINT_URL_SSM", "", `^(https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?)?$`, "an http or https URL"},
	}
}

// ReadSettings reads the settings from environment variables. The error names every bad one.
func ReadSettings(getenv func(string) string) (Settings, error) {
	values := make(map[string]string)
	var faults []error
	for _, s := range rules() {
		value := getenv(s.name)
		if !regexp.MustCompile(s.pattern).MatchString(value) {
			faults = append(faults, fmt.Errorf("setting %s is %q; it must be %s", s.name, value, s.rule))
		}
		values[s.name] = cmp.Or(value, s.fallback)
	}
	if len(faults) > 0 {
		return Settings{}, errors.Join(faults...)
	}
	settings := Settings{
		ParameterPrefix: values["PARAMETER_PREFIX"],
		ParameterRegion: values["PARAMETER_REGION"],
		Environment:     environment.Settings{Fixed: values["ENVIRONMENT"], Default: values["DEFAULT_ENVIRONMENT"]},
		AllowNone:       values["ALLOW_NONE"] == "true",
		Existing:        transform.ExistingMode(values["EXISTING_BOUNDARY"]),
		BoundUsers:      values["BOUND_USERS"] == "true",
	}
	err := settings.LogLevel.UnmarshalText([]byte(values["LOG_LEVEL"]))
	return settings, err
}
