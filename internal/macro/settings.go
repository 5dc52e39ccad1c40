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

// Settings are the operator's choices, set by parameters of template.yaml. No template weakens them.
type Settings struct {
	ParameterPrefix string // where the hierarchy begins
	ParameterRegion string // the region whose hierarchy is read; empty is the function's own
	Environment     environment.Settings
	AllowNone       bool // whether an environment may be without boundary
	Existing        transform.ExistingMode
	BoundUsers      bool
	Mode            Mode
	NestedStacks    nested.Mode
	NestedBucket    string // for the copies of nested templates; empty is none
	LogLevel        slog.Level
}

// Mode says what the macro answers with.
type Mode string

// The modes. A macro that reports does all of the work and logs what would come of it, but every
// fragment comes back as it came, so that an operator can see what the macro would do to stacks that
// are deployed every day.
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

// setting is an environment variable of the function. An empty variable is an unset one, and stands for
// the fallback.
type setting struct {
	name     string
	fallback string
	pattern  string // RE2, which takes the empty string and the fallback too; what template.yaml accepts
	rule     string // the pattern in words
	apply    func(s *Settings, value string)
}

// settings lists what the function can be set to. What the SDK reads itself is checked here all the same,
// so that a bad value stops the function at its start.
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
			func(s *Settings, value string) { _ = s.LogLevel.UnmarshalText([]byte(value)) }), // the pattern has seen to it
		{"AWS_ENDPOINT_URL_SSM", "", endpointPattern, endpointRule, func(*Settings, string) {}},
	}
}

// oneOf is a setting that takes one of several values.
func oneOf(name, fallback string, values []string, apply func(*Settings, string)) setting {
	last := len(values) - 1
	rule := strings.Join(values[:last], ", ") + " or " + values[last]
	return setting{name, fallback, `^(` + strings.Join(values, "|") + `)?$`, rule, apply}
}

// The answers of Parameter Store carry no signature: over http, whoever stands between could give the
// function any boundary. So http is for hosts that no network leads to: this one, and names without a
// dot, which containers on one machine have.
const (
	endpointPattern = `^((https://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])|http://([A-Za-z0-9-]+|127(\.(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])){3}|\[::1\]))` +
		`(:[0-9]{1,5})?(/[A-Za-z0-9._/-]*)?)?$`
	endpointRule = "an https URL, or an http URL of a loopback address or of a host without a dot"
)

// ReadSettings reads the settings from environment variables. The error names every bad one.
func ReadSettings(getenv func(string) string) (Settings, error) {
	var read Settings
	var faults []error
	for _, s := range settings() {
		value := getenv(s.name)
		switch {
		case value == "":
			value = s.fallback
		case value != s.fallback && !regexp.MustCompile(s.pattern).MatchString(value): // a start waits for each pattern, so none is compiled without need
			faults = append(faults, fmt.Errorf("setting %s is %q; it must be %s", s.name, value, s.rule))
			continue
		}
		s.apply(&read, value)
	}
	if read.NestedStacks == nested.Bound && read.NestedBucket == "" {
		faults = append(faults, fmt.Errorf("setting %s is %s, which needs setting %s, the bucket for the copies", nestedStacks, nested.Bound, nestedBucket))
	}
	if len(faults) > 0 {
		return Settings{}, errors.Join(faults...)
	}
	return read, nil
}
