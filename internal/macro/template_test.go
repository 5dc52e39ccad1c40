package macro

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
)

// samTemplate is what template.yaml says about the function's settings.
type samTemplate struct {
	Parameters map[string]parameter `yaml:"Parameters"`
	Resources  struct {
		Function struct {
			Properties struct {
				Environment struct {
					Variables map[string]yaml.Node `yaml:"Variables"`
				} `yaml:"Environment"`
			} `yaml:"Properties"`
		} `yaml:"AmplifyBoundaryFunction"`
	} `yaml:"Resources"`
}

// parameter decides which values CloudFormation lets through.
type parameter struct {
	Default        *string   `yaml:"Default"`
	AllowedPattern *string   `yaml:"AllowedPattern"`
	AllowedValues  yaml.Node `yaml:"AllowedValues"`
}

func readTemplate(t *testing.T) samTemplate {
	t.Helper()
	data, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var template samTemplate
	if err := yaml.Unmarshal(data, &template); err != nil {
		t.Fatal(err)
	}
	return template
}

// values returns the texts of AllowedValues, sorted.
func (p parameter) values() []string {
	var values []string
	for _, value := range p.AllowedValues.Content {
		values = append(values, value.Value)
	}
	slices.Sort(values)
	return values
}

// accepts reports whether CloudFormation takes a value. AllowedPattern must match all of it.
func (p parameter) accepts(value string) bool {
	if p.AllowedPattern == nil {
		return slices.Contains(p.values(), value)
	}
	return regexp.MustCompile(`\A(?:` + *p.AllowedPattern + `)\z`).MatchString(value)
}

func TestEachSettingIsSetByATemplateParameter(t *testing.T) {
	want := map[string]string{
		"PARAMETER_PREFIX":     "ParameterPrefix",
		"PARAMETER_REGION":     "ParameterRegion",
		"ENVIRONMENT":          "Environment",
		"PROJECT":              "Project",
		"MODE":                 "Mode",
		"NESTED_STACKS":        "NestedStacks",
		"DEFAULT_ENVIRONMENT":  "DefaultEnvironment",
		"ALLOW_NONE":           "AllowNone",
		"EXISTING_BOUNDARY":    "ExistingBoundary",
		"BOUND_USERS":          "BoundUsers",
		"LOG_LEVEL":            "LogLevel",
		"AWS_ENDPOINT_URL_SSM": "ParameterStoreEndpoint",
	}
	got := make(map[string]string)
	for variable, value := range readTemplate(t).Resources.Function.Properties.Environment.Variables {
		if variable == nestedBucket { // the stack's own bucket
			continue
		}
		if value.Tag != "!Ref" {
			t.Errorf("variable %s is %s %s, want a !Ref", variable, value.Tag, value.Value)
		}
		got[variable] = value.Value
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, s := range settings() {
		if _, found := want[s.name]; !found && s.name != nestedBucket {
			t.Errorf("setting %s has no template parameter", s.name)
		}
	}
}

// What CloudFormation lets through beyond what the function takes would stop the function at start, and
// what it does not let through could not be set.
func TestTheTemplateAcceptsExactlyWhatTheFunctionAccepts(t *testing.T) {
	samples := []string{
		"", " ", "\n", "true", "false", "True", "true ", "true\n", "1", "no", "replace", "keep", "reject", "Keep", "replace|keep", "debug", "info", "warn", "error",
		"INFO", "warning", "dev", "Prod-1.a_b", "-", "_default", ".", "..", "a/b", "é", "NONE", strings.Repeat("n", 64), strings.Repeat("n", 65),
		"eu-west-1", "us-gov-west-1", "cn-northwest-1", "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1", "eusc-de-east-1", "ap-southeast-12",
		"eu-west", "EU-WEST-1", "eu-west-1a", "eu-west-0", "mars",
		"/", "/amplify-boundary", "/amplify-boundary/", "amplify-boundary", "/a//b", "/a b", "/aw", "/aw-s", "/aws", "/awsome", "/AwS/x", "/a", "/s", "/ss", "/ssn",
		"/ssm", "/SSM-x", "/x/aws/ssm", "/_", "/..", "/é", strings.Repeat("/a", 13), strings.Repeat("/a", 14),
		"http://127.0.0.1:5000", "https://vpce-1.ssm.eu-west-1.vpce.amazonaws.com", "http://[::1]:5000/", "http://", "ftp://host", "host:5000", "https://host/?query", "https://user@host",
		"*", "**", "*a", "ignore", "require", "bound", "Bound", "enforce", "report", "reports", "http://localhost", "http://10.0.0.1", "http://127.0.0.1.example.com", "http://[fe80::1]", "https://[fe80::1]", "http://a.", "http://ssm.eu-west-1.amazonaws.com",
	}
	template := readTemplate(t)
	for _, s := range settings() {
		if s.name == nestedBucket {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			variable := template.Resources.Function.Properties.Environment.Variables[s.name]
			p, found := template.Parameters[variable.Value]
			if !found {
				t.Fatalf("there is no parameter %q", variable.Value)
			}
			if p.Default == nil || *p.Default != s.initial {
				t.Errorf("got default %v, want %q", p.Default, s.initial)
			}
			if p.AllowedPattern != nil {
				if got, want := *p.AllowedPattern, s.pattern; got != want {
					t.Errorf("got pattern %s\nwant        %s", got, want)
				}
			} else if diff := cmp.Diff(alternatives(t, s.pattern), p.values()); diff != "" {
				t.Errorf("AllowedValues: %s", diff)
			}
			for _, sample := range samples {
				_, err := ReadSettings(getenv(map[string]string{s.name: sample, nestedBucket: "copies"}))
				if got, want := p.accepts(sample), err == nil; got != want {
					t.Errorf("%q: got accepted by the template %t, by the function %t", sample, got, want)
				}
			}
		})
	}
}

// Without the macro no stack that declares it can be updated, so neither a mistyped MacroName nor a deleted
// stack takes it away. The log is the record of which role got which boundary.
func TestTheTemplateKeepsMacroAndLog(t *testing.T) {
	data, err := os.ReadFile("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var template struct {
		Resources map[string]struct {
			Type                string `yaml:"Type"`
			DeletionPolicy      string `yaml:"DeletionPolicy"`
			UpdateReplacePolicy string `yaml:"UpdateReplacePolicy"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(data, &template); err != nil {
		t.Fatal(err)
	}
	kept := make(map[string]string)
	for _, r := range template.Resources {
		if r.DeletionPolicy != "" || r.UpdateReplacePolicy != "" {
			kept[r.Type] = r.DeletionPolicy + " " + r.UpdateReplacePolicy
		}
	}
	for _, want := range []string{"AWS::CloudFormation::Macro", "AWS::Logs::LogGroup"} {
		if got, want := kept[want], "RetainExceptOnCreate Retain"; got != want {
			t.Errorf("got policies %q, want %q", got, want)
		}
	}
}

// alternatives lists what a pattern of the form ^(a|b)?$ matches, sorted.
func alternatives(t *testing.T, pattern string) []string {
	t.Helper()
	form := regexp.MustCompile(`^\^\(([a-z|]+)\)\?\$$`).FindStringSubmatch(pattern)
	if form == nil {
		t.Fatalf("the function accepts more than a list of values: %s", pattern)
	}
	values := append(strings.Split(form[1], "|"), "")
	slices.Sort(values)
	return values
}

// The function has the stack's own bucket for copies exactly where it writes some; without it, it does
// not start.
func TestTheTemplateGivesTheFunctionItsBucket(t *testing.T) {
	variable := readTemplate(t).Resources.Function.Properties.Environment.Variables[nestedBucket]
	var got []string
	for _, argument := range variable.Content {
		got = append(got, strings.TrimSpace(argument.Tag+" "+argument.Value))
	}
	if diff := cmp.Diff([]string{"!!str BoundsNestedStacks", "!Ref NestedTemplateBucket", "!!str"}, got); diff != "" || variable.Tag != "!If" {
		t.Errorf("%s (-want +got):\n%s", variable.Tag, diff)
	}
}
