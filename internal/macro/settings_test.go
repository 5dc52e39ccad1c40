package macro

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/nested"
	"amplify-boundary/transform"
)

// getenv returns the function that reads a map as os.Getenv reads the environment.
func getenv(variables map[string]string) func(string) string {
	return func(name string) string { return variables[name] }
}

func unset() Settings {
	return Settings{ParameterPrefix: "/amplify-boundary", AllowNone: true, Existing: transform.Replace, Mode: Enforce, NestedStacks: nested.Ignore, LogLevel: slog.LevelInfo}
}

// Each setting alone: the values that it takes, and what becomes of them.
func TestReadSettingsTakesEachValue(t *testing.T) {
	longest := strings.Repeat("/a", 13)
	for _, test := range []struct {
		name, value string
		change      func(*Settings)
	}{
		{"PARAMETER_PREFIX", "/boundaries", func(s *Settings) { s.ParameterPrefix = "/boundaries" }},
		{"PARAMETER_PREFIX", "/Org_1/team.a/x-y", func(s *Settings) { s.ParameterPrefix = "/Org_1/team.a/x-y" }},
		{"PARAMETER_PREFIX", longest, func(s *Settings) { s.ParameterPrefix = longest }},
		{"PARAMETER_REGION", "eu-west-1", func(s *Settings) { s.ParameterRegion = "eu-west-1" }},
		{"PARAMETER_REGION", "eusc-de-east-1", func(s *Settings) { s.ParameterRegion = "eusc-de-east-1" }},
		{"PARAMETER_REGION", "us-isob-east-1", func(s *Settings) { s.ParameterRegion = "us-isob-east-1" }},
		{"PARAMETER_REGION", "us-gov-west-1", func(s *Settings) { s.ParameterRegion = "us-gov-west-1" }},
		{"ENVIRONMENT", "prod", func(s *Settings) { s.Environment.Fixed = "prod" }},
		{"ENVIRONMENT", strings.Repeat("e", 64), func(s *Settings) { s.Environment.Fixed = strings.Repeat("e", 64) }},
		{"DEFAULT_ENVIRONMENT", "Dev-1.a_b", func(s *Settings) { s.Environment.Default = "Dev-1.a_b" }},
		{"PROJECT", "shop", func(s *Settings) { s.Environment.Project = "shop" }},
		{"PROJECT", "*", func(s *Settings) { s.Environment.Project = "*" }},
		{"PROJECT", "NONE", func(s *Settings) { s.Environment.Project = "NONE" }},
		{"MODE", "enforce", func(s *Settings) { s.Mode = Enforce }},
		{"MODE", "report", func(s *Settings) { s.Mode = Report }},
		{"NESTED_STACKS", "ignore", func(s *Settings) { s.NestedStacks = nested.Ignore }},
		{"NESTED_STACKS", "require", func(s *Settings) { s.NestedStacks = nested.Require }},
		{"NESTED_TEMPLATE_BUCKET", "stack-copies-1a2b", func(s *Settings) { s.NestedBucket = "stack-copies-1a2b" }},
		{"ALLOW_NONE", "true", func(s *Settings) { s.AllowNone = true }},
		{"ALLOW_NONE", "false", func(s *Settings) { s.AllowNone = false }},
		{"EXISTING_BOUNDARY", "replace", func(s *Settings) { s.Existing = transform.Replace }},
		{"EXISTING_BOUNDARY", "keep", func(s *Settings) { s.Existing = transform.Keep }},
		{"EXISTING_BOUNDARY", "reject", func(s *Settings) { s.Existing = transform.Reject }},
		{"BOUND_USERS", "true", func(s *Settings) { s.BoundUsers = true }},
		{"BOUND_USERS", "false", func(s *Settings) { s.BoundUsers = false }},
		{"LOG_LEVEL", "debug", func(s *Settings) { s.LogLevel = slog.LevelDebug }},
		{"LOG_LEVEL", "info", func(s *Settings) { s.LogLevel = slog.LevelInfo }},
		{"LOG_LEVEL", "warn", func(s *Settings) { s.LogLevel = slog.LevelWarn }},
		{"LOG_LEVEL", "error", func(s *Settings) { s.LogLevel = slog.LevelError }},
		{"AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:5000", func(*Settings) {}},
		{"AWS_ENDPOINT_URL_SSM", "https://vpce-1.ssm.eu-west-1.vpce.amazonaws.com/", func(*Settings) {}},
		{"AWS_ENDPOINT_URL_SSM", "http://127.0.0.255", func(*Settings) {}},
		{"AWS_ENDPOINT_URL_SSM", "http://127.255.0.1/ssm", func(*Settings) {}},
		{"AWS_ENDPOINT_URL_SSM", "http://localhost:4566/", func(*Settings) {}},
		{"AWS_ENDPOINT_URL_SSM", "http://parameter-store:5000", func(*Settings) {}},
		{"AWS_ENDPOINT_URL_SSM", "https://10.0.0.7:8443", func(*Settings) {}},
		{"AWS_ENDPOINT_URL_SSM", "https://[2001:db8::1]", func(*Settings) {}},
		{"AWS_ENDPOINT_URL_SSM", "http://[::1]:5000", func(*Settings) {}},
	} {
		t.Run(test.name+"="+test.value, func(t *testing.T) {
			got, err := ReadSettings(getenv(map[string]string{test.name: test.value}))
			if err != nil {
				t.Fatal(err)
			}
			want := unset()
			test.change(&want)
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(environment.Settings{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadSettingsTakesEmptyForUnset(t *testing.T) {
	got, err := ReadSettings(getenv(nil))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(unset(), got, cmp.AllowUnexported(environment.Settings{})); diff != "" {
		t.Error(diff)
	}
}

func TestReadSettingsRefusesABadValueByTheNameOfItsSetting(t *testing.T) {
	const (
		prefix = "it must be / and a name of A-Z a-z 0-9 _ . -, up to 13 times, not beginning with aws or ssm"
		region = "it must be a region such as eu-west-1"
		name   = "it must be 1 to 64 of A-Z a-z 0-9 . _ -, not beginning with . or _"
		truth  = "it must be true or false"
		way    = "it must be replace, keep or reject"
		level  = "it must be debug, info, warn or error"
		any    = "it must be * or 1 to 64 of A-Z a-z 0-9 . _ -, not beginning with . or _"
		mode   = "it must be enforce or report"
		stacks = "it must be ignore, require or bound"
		bucket = "it must be the name of a bucket, without a dot"
		url    = "it must be an https URL, or an http URL of a loopback address or of a host without a dot"
	)
	for _, test := range []struct{ name, value, rule string }{
		{"PARAMETER_PREFIX", "amplify-boundary", prefix},
		{"PARAMETER_PREFIX", "/", prefix},
		{"PARAMETER_PREFIX", "/amplify-boundary/", prefix},
		{"PARAMETER_PREFIX", "/a//b", prefix},
		{"PARAMETER_PREFIX", "/a b", prefix},
		{"PARAMETER_PREFIX", "/a*", prefix},
		{"PARAMETER_PREFIX", "/a\n", prefix},
		{"PARAMETER_PREFIX", "/aws", prefix},
		{"PARAMETER_PREFIX", "/AWS/boundaries", prefix},
		{"PARAMETER_PREFIX", "/awsome", prefix},
		{"PARAMETER_PREFIX", "/ssm", prefix},
		{"PARAMETER_PREFIX", "/Ssm-x/y", prefix},
		{"PARAMETER_PREFIX", strings.Repeat("/a", 14), prefix},
		{"PARAMETER_REGION", "eu-west", region},
		{"PARAMETER_REGION", "eu_west_1", region},
		{"PARAMETER_REGION", "EU-WEST-1", region},
		{"PARAMETER_REGION", "eu-west-1a", region},
		{"PARAMETER_REGION", "eu-west-1.example.com", region},
		{"PARAMETER_REGION", " ", region},
		{"ENVIRONMENT", "_default", name},
		{"ENVIRONMENT", "a/b", name},
		{"ENVIRONMENT", strings.Repeat("e", 65), name},
		{"DEFAULT_ENVIRONMENT", ".dev", name},
		{"DEFAULT_ENVIRONMENT", "dev\n", name},
		{"PROJECT", "**", any},
		{"PROJECT", "sh*p", any},
		{"PROJECT", "_default", any},
		{"NESTED_STACKS", "Bound", stacks},
		{"NESTED_TEMPLATE_BUCKET", "a.b.c", bucket},
		{"NESTED_TEMPLATE_BUCKET", "arn:aws:s3:::copies", bucket},
		{"NESTED_TEMPLATE_BUCKET", "Copies", bucket},
		{"MODE", "Report", mode},
		{"MODE", "off", mode},
		{"ALLOW_NONE", "True", truth},
		{"ALLOW_NONE", "1", truth},
		{"ALLOW_NONE", "yes", truth},
		{"EXISTING_BOUNDARY", "Keep", way},
		{"EXISTING_BOUNDARY", "keep ", way},
		{"BOUND_USERS", "no", truth},
		{"LOG_LEVEL", "INFO", level},
		{"LOG_LEVEL", "warning", level},
		{"LOG_LEVEL", "info+1", level},
		{"AWS_ENDPOINT_URL_SSM", "127.0.0.1:5000", url},
		{"AWS_ENDPOINT_URL_SSM", "http://", url},
		{"AWS_ENDPOINT_URL_SSM", "ftp://host", url},
		{"AWS_ENDPOINT_URL_SSM", "https://host/?query", url},
		{"AWS_ENDPOINT_URL_SSM", "https://user@host", url},
		{"AWS_ENDPOINT_URL_SSM", "HTTPS://host", url},
		{"AWS_ENDPOINT_URL_SSM", "http://ssm.eu-west-1.amazonaws.com", url},
		{"AWS_ENDPOINT_URL_SSM", "http://10.0.0.7:5000", url},
		{"AWS_ENDPOINT_URL_SSM", "http://localhost.:5000", url},
		{"AWS_ENDPOINT_URL_SSM", "http://127.0.0.1.example.com", url},
		{"AWS_ENDPOINT_URL_SSM", "http://127.0.0.256", url},
		{"AWS_ENDPOINT_URL_SSM", "http://127.0.0.01", url},
		{"AWS_ENDPOINT_URL_SSM", "http://128.0.0.1", url},
		{"AWS_ENDPOINT_URL_SSM", "http://[fe80::1]", url},
		{"AWS_ENDPOINT_URL_SSM", "http://[::ffff:8.8.8.8]", url},
		{"AWS_ENDPOINT_URL_SSM", "http://localhost@evil", url},
	} {
		settings, err := ReadSettings(getenv(map[string]string{test.name: test.value}))
		if err == nil || settings != (Settings{}) {
			t.Errorf("%s=%q: got %+v, %v", test.name, test.value, settings, err)
			continue
		}
		got, want := err.Error(), "setting "+test.name+" is "+quoted(test.value)+"; "+test.rule
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func quoted(value string) string { return `"` + strings.ReplaceAll(value, "\n", `\n`) + `"` }

func TestReadSettingsNamesEveryBadSetting(t *testing.T) {
	_, err := ReadSettings(getenv(map[string]string{"ALLOW_NONE": "maybe", "ENVIRONMENT": "prod", "LOG_LEVEL": "loud", "PARAMETER_REGION": "mars"}))
	if err == nil {
		t.Fatal("got no error")
	}
	want := `setting PARAMETER_REGION is "mars"; it must be a region such as eu-west-1
setting ALLOW_NONE is "maybe"; it must be true or false
setting LOG_LEVEL is "loud"; it must be debug, info, warn or error`
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Error(diff)
	}
}

// A fixed or default environment must be one that a template could name as well.
func TestSettingsNameEnvironmentsByTheRuleOfTemplates(t *testing.T) {
	for _, name := range []string{"dev", "-", "0a", "a_", "NONE", "none", "_", "_a", ".", "..", "a/b", "a b", "é", strings.Repeat("n", 64), strings.Repeat("n", 65)} {
		for _, setting := range []string{"ENVIRONMENT", "PROJECT", "DEFAULT_ENVIRONMENT"} {
			_, err := ReadSettings(getenv(map[string]string{setting: name}))
			if got, want := err == nil, environment.ValidName(name); got != want {
				t.Errorf("%s=%q: got accepted %t, want %t", setting, name, got, want)
			}
		}
	}
}

func TestReadSettingsWantsABucketForCopies(t *testing.T) {
	_, err := ReadSettings(getenv(map[string]string{"NESTED_STACKS": "bound"}))
	if want := "setting NESTED_STACKS is bound, which needs setting NESTED_TEMPLATE_BUCKET, the bucket for the copies"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	got, err := ReadSettings(getenv(map[string]string{"NESTED_STACKS": "bound", "NESTED_TEMPLATE_BUCKET": "copies"}))
	if err != nil || got.NestedStacks != nested.Bound || got.NestedBucket != "copies" {
		t.Errorf("got %+v, %v", got, err)
	}
}
