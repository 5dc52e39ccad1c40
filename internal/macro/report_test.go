package macro

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/registrytest"
	"amplify-boundary/transform"
)

// Whatever the macro would make of a fragment, while it reports the fragment comes back byte for byte.
func TestReport(t *testing.T) {
	const (
		untidy  = "{ \"Resources\" : {\"R\":{\"Type\":\"AWS\\u003a:IAM::Role\" ,\n\"Properties\":{\"MaxSessionDuration\":3.60e3}}} }"
		noShape = `{"a": 1}`
	)
	good := registrytest.Values{"/p/dev": devARN}.Values
	for name, test := range map[string]struct {
		source   registrytest.Func
		payload  string
		fragment string
		fault    string // part of the log's error; empty for none
	}{
		"bounded":               {good, ofDev(untidy), untidy, ""},
		"none":                  {registrytest.Values{"/p/dev": "none"}.Values, ofDev(untidy), untidy, ""},
		"boundary_alone":        {good, ofDev(`{ }`), `{ }`, ""},
		"boundary_alone_none":   {registrytest.Values{"/p/dev": "none"}.Values, ofDev(`{}`), `{}`, ""},
		"nothing_to_bound":      {good, request(`{"Resources": {}}`, `{}`, `{}`), `{"Resources": {}}`, ""},
		"faults":                {good, ofDev(`{"Resources": {"A":{}}}`), `{"Resources": {"A":{}}}`, "A: no string Type"},
		"existing_boundary":     {good, ofDev(`{"Resources":{"R":{"Type":"AWS::IAM::Role","Properties":{"PermissionsBoundary":"x"}}}}`), `{"Resources":{"R":{"Type":"AWS::IAM::Role","Properties":{"PermissionsBoundary":"x"}}}}`, "another PermissionsBoundary"},
		"no_shape":              {good, ofDev(noShape), noShape, "the fragment is neither"},
		"null":                  {good, ofDev(`null`), `null`, "the fragment is not an object"},
		"duplicate_name":        {good, ofDev(`{"Resources":{"A":{},"A":{}}}`), `{"Resources":{"A":{},"A":{}}}`, "a name appears twice"},
		"no_environment":        {good, request(untidy, `{}`, `{}`), untidy, "no environment is set"},
		"bad_environment":       {good, request(untidy, `{"Environment":"a b"}`, `{}`), untidy, "bad environment name"},
		"unreadable_params":     {good, request(untidy, `[]`, `{}`), untidy, "the request has no member params that is an object"},
		"unreadable_parameters": {good, request(untidy, `{}`, `{"env":1,"env":2}`), untidy, "a name appears twice"},
		"bad_account":           {good, strings.Replace(ofDev(untidy), "123456789012", "1", 1), untidy, "no member accountId"},
		"not_found":             {registrytest.Values{}.Values, ofDev(untidy), untidy, "environment dev has no boundary"},
		"panic":                 {func(context.Context, []string) (map[string]string, error) { panic("x") }, ofDev(untidy), untidy, "internal error"},
	} {
		t.Run(name, func(t *testing.T) {
			settings := defaults()
			settings.Mode, settings.Existing = Report, transform.Reject
			got, log := invoke(t, settings, test.source, test.payload)
			if diff := cmp.Diff(successOf(test.fragment), got); diff != "" {
				t.Error(diff)
			}
			values := line(t, log)
			if got, want := values["status"], "report"; got != want {
				t.Errorf("got status %v in the log, want %s", got, want)
			}
			fault, _ := values["error"].(string)
			if !strings.Contains(fault, test.fault) || (fault == "") != (test.fault == "") {
				t.Errorf("got logged error %q, want %q in it", fault, test.fault)
			}
		})
	}
}

// There is no fragment to send back, or no request to send it back for.
func TestReportRefusesWhatIsNoRequest(t *testing.T) {
	settings := defaults()
	settings.Mode = Report
	for name, payload := range map[string]string{
		"not_json":        `hunter2`,
		"cut_off":         strings.TrimSuffix(ofDev(oneRole), "}"),
		"two_fragments":   `{"requestId":"id-1","fragment":{},"fragment":{}}`,
		"no_request_id":   strings.Replace(ofDev(oneRole), "requestId", "other", 1),
		"no_fragment":     strings.Replace(ofDev(oneRole), "fragment", "other", 1),
		"bad_utf8_inside": ofDev(`{"A":"` + "\xff" + `"}`),
	} {
		t.Run(name, func(t *testing.T) {
			got, log := invoke(t, settings, registrytest.Values{"/p/dev": devARN}, payload)
			if got.Status != "failure" {
				t.Errorf("got %s, want failure", got.Status)
			}
			if got := line(t, log)["status"]; got != "failure" {
				t.Errorf("got status %v in the log, want failure", got)
			}
		})
	}
}

// A template or a map of resources without a role passes without an environment; anything else does not.
func TestNothingToBound(t *testing.T) {
	const noEnvironment = "no environment is set: add the transform parameter Environment"
	users := defaults()
	users.BoundUsers = true
	fixed := defaults()
	fixed.Environment.Fixed = "prod"
	byDefault := defaults()
	byDefault.Environment.Default = "prod"
	notFound := func(name string) response {
		return failureOf(fmt.Sprintf("environment %[1]s has no boundary: no SSM parameter found (looked up /p/%[1]s, /p/_default); add one with: amplify-boundary env add %[1]s --prefix /p", name))
	}
	const (
		topic     = `{"Resources": {"Topic":{"Type":"AWS::SNS::Topic"},"User":{"Type":"AWS::IAM::User"}}}`
		resources = `{"Topic": {"Type":"AWS::SNS::Topic"},"Nested":{"Type":"AWS::CloudFormation::Stack"}}`
	)
	for name, test := range map[string]struct {
		settings Settings
		payload  string
		want     response
	}{
		"template":               {defaults(), request(topic, `{}`, `{}`), successOf(topic)},
		"map_of_resources":       {defaults(), request(resources, `{"Environment":"NONE"}`, `{"env":""}`), successOf(resources)},
		"project_alone":          {defaults(), request(topic, `{"Project":"shop"}`, `{}`), successOf(topic)},
		"no_resources":           {defaults(), request(`{"Resources":{}}`, `{}`, `{}`), successOf(`{"Resources":{}}`)},
		"user_to_bound":          {users, request(topic, `{}`, `{}`), failureOf(noEnvironment)},
		"role":                   {defaults(), request(oneRole, `{}`, `{}`), failureOf(noEnvironment)},
		"role_in_a_loop":         {defaults(), request(`{"Resources":{"Fn::ForEach::L":["X",["a"],{"R${X}":{"Type":"AWS::IAM::Role"}}]}}`, `{}`, `{}`), failureOf(noEnvironment)},
		"fault":                  {defaults(), request(`{"Resources":{"A":{"Type":"My::Own::MODULE"}}}`, `{}`, `{}`), failureOf(noEnvironment)},
		"resource":               {defaults(), request(`{"Type":"AWS::SNS::Topic"}`, `{}`, `{}`), failureOf(noEnvironment)},
		"boundary_alone":         {defaults(), request(`{}`, `{}`, `{}`), failureOf(noEnvironment)},
		"environment_not_found":  {defaults(), request(topic, `{"Environment":"dve"}`, `{}`), notFound("dve")},
		"fixed_not_found":        {fixed, request(topic, `{}`, `{}`), notFound("prod")},
		"default_not_found":      {byDefault, request(topic, `{}`, `{}`), notFound("prod")},
		"bad_environment_name":   {defaults(), request(topic, `{}`, `{"env":"a b"}`), failureOf("bad environment name in template parameter env: it must be 1 to 64 of A-Z a-z 0-9 . _ -, not beginning with . or _")},
		"bad_project_name":       {defaults(), request(topic, `{"Project":"a b"}`, `{}`), failureOf("bad project name in transform parameter Project: it must be 1 to 64 of A-Z a-z 0-9 . _ -, not beginning with . or _")},
		"unknown_parameter":      {defaults(), request(topic, `{"Env":"dev"}`, `{}`), failureOf(`unknown transform parameter "Env"; the transform's parameters are Environment, Project and Revision`)},
		"environment_that_holds": {defaults(), ofDev(topic), successOf(topic)},
	} {
		t.Run(name, func(t *testing.T) {
			got, log := invoke(t, test.settings, registrytest.Values{"/p/dev": devARN}, test.payload)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			unneeded := test.want.Status == "success" && name != "environment_that_holds"
			if got := line(t, log)["noEnvironmentNeeded"]; got != unneeded {
				t.Errorf("got noEnvironmentNeeded %v in the log, want %t", got, unneeded)
			}
		})
	}
}
