package macro

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/registrytest"
)

const accountEntry = "/p/_account/123456789012"

// What the account is fixed to goes with every other choice of the operator.
func TestInvokeInAFixedAccount_settings(t *testing.T) {
	for name, test := range map[string]struct {
		values     registrytest.Values
		params     string
		parameters string
		settings   func(*Settings)
		status     string // in the log
		level      string
		parameter  string
		fault      string // part of the log's error; empty for none
	}{
		"report_another": {fixedAccount(), `{"Environment":"dev"}`, `{}`, func(s *Settings) { s.Mode = Report },
			"report", "ERROR", "", "this account accepts only environment prod (SSM parameter " + accountEntry + ")"},
		"report_right": {fixedAccount(), `{}`, `{}`, func(s *Settings) { s.Mode = Report },
			"report", "INFO", "/p/prod", ""},
		"fallback": {registrytest.Values{"/p/_default": devARN, accountEntry: "stage"}, `{}`, `{}`, func(*Settings) {},
			"success", "WARN", "/p/_default", ""},
		"none": {registrytest.Values{"/p/dev": devARN, "/p/sandbox": "none", accountEntry: "sandbox"}, `{}`, `{}`, func(*Settings) {},
			"success", "INFO", "/p/sandbox", ""},
		"none_not_allowed": {registrytest.Values{"/p/sandbox": "none", accountEntry: "sandbox"}, `{}`, `{}`, func(s *Settings) { s.AllowNone = false },
			"failure", "ERROR", "/p/sandbox", "SSM parameter /p/sandbox says none, but every environment must have a boundary here"},
		"not_set": {fixedAccount(), `{"Environment":"NONE"}`, `{"env":""}`, func(*Settings) {},
			"success", "INFO", "/p/prod", ""},
		"amplify_another": {fixedAccount(), `{}`, `{"env":"dev"}`, func(*Settings) {},
			"failure", "ERROR", "", "environment dev (template parameter env), but this account accepts only environment prod"},
		"setting_first": {fixedAccount(), `{}`, `{}`, func(s *Settings) { s.Environment.Fixed = "dev" },
			"success", "INFO", "/p/dev", ""},
		"project_that_the_setting_fixes": {registrytest.Values{"/p/prod": devARN, "/p/shop/prod": otherARN, accountEntry: "prod"}, `{}`, `{}`,
			func(s *Settings) { s.Environment.Project = "shop" }, "success", "INFO", "/p/shop/prod", ""},
		"malformed": {registrytest.Values{"/p/dev": devARN, accountEntry: "hunter2 hunter2"}, `{"Environment":"dev"}`, `{}`, func(*Settings) {},
			"failure", "ERROR", "", "SSM parameter " + accountEntry + " does not hold the name of an environment"},
	} {
		t.Run(name, func(t *testing.T) {
			settings := defaults()
			test.settings(&settings)
			got, log := invoke(t, settings, test.values, request(oneRole, test.params, test.parameters))
			values := line(t, log)
			fault, _ := values["error"].(string)
			want := map[string]any{"status": test.status, "level": test.level, "parameter": test.parameter}
			if diff := cmp.Diff(want, map[string]any{"status": values["status"], "level": values["level"], "parameter": values["parameter"]}); diff != "" {
				t.Errorf("the log line (-want +got):\n%s", diff)
			}
			if !strings.Contains(fault, test.fault) || (fault == "") != (test.fault == "") {
				t.Errorf("got error %q, want %q in it", fault, test.fault)
			}
			if strings.Contains(got.ErrorMessage+log, "hunter2") {
				t.Errorf("a value that may be a secret is repeated: %s %s", got.ErrorMessage, log)
			}
		})
	}
}

// A template that names another environment than the account's is refused though it has nothing to bound: what
// is named must be right.
func TestInvokeInAFixedAccount_nothing_to_bound(t *testing.T) {
	got, _ := invoke(t, defaults(), fixedAccount(), request(`{"Resources":{}}`, `{"Environment":"dev"}`, `{}`))
	if want := "this account accepts only environment prod"; !strings.Contains(got.ErrorMessage, want) {
		t.Errorf("got %q, want %q in it", got.ErrorMessage, want)
	}
}
