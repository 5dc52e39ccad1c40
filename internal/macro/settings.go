package macro

import (
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/registry"
	"amplify-boundary/transform"
)

// Settings are the operator's choices, which parameters of template.yaml set. No template weakens them.
type Settings struct {
	ParameterPrefix string // where the hierarchy begins
	ParameterRegion string // the region whose hierarchy is read; empty is the function's own
	Environment     environment.Settings
	AllowNone       bool // whether an environment can be without a boundary
	Existing        transform.ExistingMode
	BoundUsers      bool
	Mode            Mode
	NestedStacks    nested.Mode
	NestedBucket    string // for the copies of nested templates; empty is none
	LogLevel        slog.Level
}

// Mode says what the macro answers with.
type Mode string

// The modes. With Report, the macro does all the work and logs the result, but every fragment comes back unchanged, so
// that an operator can see what the macro would do to stacks that are deployed every day.
const (
	Enforce Mode = "enforce"
	Report  Mode = "report"
)

// Settings that messages name.
const (
	allowNone    = "ALLOW_NONE"
	nestedStacks = "NESTED_STACKS"
	nestedBucket = "NESTED_TEMPLATE_BUCKET"
)

// setting is an environment variable of the function. An empty variable is unset, and has the default.
type setting struct {
	name    string
	initial string // the default
	pattern string // RE2, which also matches the empty string and the default; what template.yaml accepts
	rule    string // the pattern in words
	apply   func(s *Settings, value string)
}

// settings lists the settings of the function. Those that only the SDK reads are checked too, so that a bad value stops
// the function at its start.
func settings() []setting {
	const name = `^(` + environment.NamePattern + `)?$`
	return []setting{
		{"PARAMETER_PREFIX", registry.DefaultPrefix, `^` + registry.PrefixPattern + `?$`, registry.PrefixRule,
			func(s *Settings, value string) { s.ParameterPrefix = value }},
		{"PARAMETER_REGION", "", `^([a-z]{2,8}(-[a-z]{2,16}){1,3}-[1-9][0-9]?)?$`, "a region such as eu-west-1",
			func(s *Settings, value string) { s.ParameterRegion = value }},
		{environment.FixedSetting, "", name, environment.NameRule,
			func(s *Settings, value string) { s.Environment.Fixed = value }},
		{environment.ProjectSetting, "", `^(\` + environment.AnyProject + `|` + environment.NamePattern + `)?$`, environment.AnyProject + " or " + environment.NameRule,
			func(s *Settings, value string) { s.Environment.Project = value }},
		{environment.DefaultSetting, "", name, environment.NameRule,
			func(s *Settings, value string) { s.Environment.Default = value }},
		oneOf(allowNone, "true", []string{"true", "false"},
			func(s *Settings, value string) { s.AllowNone = value == "true" }),
		oneOf("EXISTING_BOUNDARY", string(transform.Replace), []string{string(transform.Replace), string(transform.Keep), string(transform.Reject)},
			func(s *Settings, value string) { s.Existing = transform.ExistingMode(value) }),
		oneOf("BOUND_USERS", "false", []string{"true", "false"},
			func(s *Settings, value string) { s.BoundUsers = value == "true" }),
		oneOf("MODE", string(Enforce), []string{string(Enforce), string(Report)},
			func(s *Settings, value string) { s.Mode = Mode(value) }),
		oneOf(nestedStacks, string(nested.Ignore), []string{string(nested.Ignore), string(nested.Require), string(nested.Bound)},
			func(s *Settings, value string) { s.NestedStacks = nested.Mode(value) }),
		{nestedBucket, "", `^([a-z0-9][a-z0-9-]{1,61}[a-z0-9])?$`, "the name of a bucket, without a dot",
			func(s *Settings, value string) { s.NestedBucket = value }},
		oneOf("LOG_LEVEL", "info", []string{"debug", "info", "warn", "error"},
			func(s *Settings, value string) { _ = s.LogLevel.UnmarshalText([]byte(value)) }), // the pattern allows only its words
		{"AWS_ENDPOINT_URL_SSM", "", endpointPattern, endpointRule, func(*Settings, string) {}},
	}
}

// oneOf is a setting that has one of several values.
func oneOf(name, initial string, values []string, apply func(*Settings, string)) setting {
	last := len(values) - 1
	rule := strings.Join(values[:last], ", ") + " or " + values[last]
	return setting{name, initial, `^(` + strings.Join(values, "|") + `)?$`, rule, apply}
}

// Parameter Store's answers carry no signature: over http, anyone on the network could give the function any boundary.
// So http is only for hosts without a network between: this one, and names without a dot, which containers on one
// machine have.
const (
	endpointPattern = `^((https://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])|http://([A-Za-z0-9-]+|127(\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}|\[::1\]))` +
		`(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?)?$`
	endpointRule = "an https URL, or an http URL of a loopback address or of a host without a dot"
)

// ReadSettings reads the settings from environment variables. The error names every bad one.
func ReadSettings(getenv func(string) string) (Settings, error) {
	var read Settings
	var errs []error
	for _, s := range settings() {
		value := getenv(s.name)
		switch {
		case value == "":
			value = s.initial
		case value != s.initial && !regexp.MustCompile(s.pattern).MatchString(value): // only if needed: patterns delay the start
			errs = append(errs, fmt.Errorf("setting %s is %q; it must be %s", s.name, value, s.rule))
			continue
		}
		s.apply(&read, value)
	}
	if read.NestedStacks == nested.Bound && read.NestedBucket == "" {
		errs = append(errs, fmt.Errorf("setting %s is %s, which needs setting %s, the bucket for the copies", nestedStacks, nested.Bound, nestedBucket))
	}
	if len(errs) > 0 {
		return Settings{}, errors.Join(errs...)
	}
	return read, nil
}
