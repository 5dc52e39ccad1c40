package macro

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/test/insightstest"
	"amplify-boundary/internal/test/registrytest"
)

// dashboardLog is what the function logs of several requests: two bounded in one account, one in another, one with more
// roles than Logs Insights finds fields, a fall-back, a failure, and what report mode says.
func dashboardLog(t *testing.T) string {
	t.Helper()
	const (
		one    = `{"Resources":{"A":{"Type":"AWS::IAM::Role"}}}`
		broken = `{"Resources":{"A":{}}}`
	)
	many := make([]string, 150)
	for i := range many {
		many[i] = fmt.Sprintf(`"R%d":{"Type":"AWS::IAM::Role"},"S%d":{"Type":"AWS::CloudFormation::Stack"}`, i, i)
	}
	source := registrytest.Values{"/p/dev": devARN, "/p/_default": devARN}
	report, bound := defaults(), nestedSettings(nested.Bound)
	report.Mode = Report
	otherAccount := strings.NewReplacer("123456789012", "210987654321")
	var log strings.Builder
	for _, request := range []struct {
		settings Settings
		payload  string
	}{
		{defaults(), ofDev(one)},
		{defaults(), ofDev(one)},
		{defaults(), otherAccount.Replace(ofDev(one))}, // its boundary is of the first account: a failure
		{defaults(), ofDev(`{"Resources":{` + strings.Join(many, ",") + `}}`)},
		{defaults(), request(one, `{"Environment":"dve"}`, `{}`)},
		{defaults(), ofDev(broken)},
		{bound, request(withStack, `{"Environment":"dev"}`, bucketIsSet)},
		{report, ofDev(one)},
		{report, ofDev(broken)},
	} {
		store := &memoryStore{templates: map[string]string{"assets/a.json": undeclared}}
		_, line := invokeWith(t, request.settings, source, store, request.payload)
		log.WriteString(line)
	}
	return log.String()
}

// The dashboard's queries, over lines that the function writes, show what their titles say.
func TestDashboard(t *testing.T) {
	queries, log := insightstest.Queries(t, "../../template.yaml"), dashboardLog(t)
	refused := "AmplifyBoundary cannot bound every role (A: no string Type)"
	for title, want := range map[string][]insightstest.Row{
		"Invocations by status, environment and account": {
			{"status": "success", "environment": "dev", "account": "123456789012", "invocations": "4", "bounded": "153", "replaced": "0"},
			{"status": "report", "environment": "dev", "account": "123456789012", "invocations": "2", "bounded": "1", "replaced": "0"},
			{"status": "failure", "environment": "dev", "account": "210987654321", "invocations": "1", "bounded": "0", "replaced": "0"},
			{"status": "success", "environment": "dve", "account": "123456789012", "invocations": "1", "bounded": "1", "replaced": "0"},
			{"status": "failure", "environment": "dev", "account": "123456789012", "invocations": "1", "bounded": "0", "replaced": "0"},
		},
		"Fall-backs: is the environment spelled right?": {
			{"environment": "dve", "project": "", "account": "123456789012", "parameter": "/p/_default", "invocations": "1"},
		},
		"Latest failures": {
			{"@timestamp": "later", "account": "123456789012", "environment": "dev", "requestId": "id-1", "error": refused},
			{"@timestamp": "later", "account": "210987654321", "environment": "dev", "requestId": "id-1", "error": "SSM parameter /p/dev holds "},
		},
		"Nested stacks left alone": {
			{"environment": "dev", "account": "123456789012", "invocations": "1", "nestedStacks": "150"},
		},
		"What report mode would do": {
			{"environment": "dev", "account": "123456789012", "templates": "2", "bounded": "1", "replaced": "0", "refused": "1"},
		},
		"What report mode would refuse": {
			{"@timestamp": "later", "account": "123456789012", "environment": "dev", "requestId": "id-1", "error": refused},
		},
	} {
		t.Run(title, func(t *testing.T) {
			got := insightstest.Query(t, queries[title], log)
			for i := range min(len(got), len(want)) {
				if _, timed := want[i]["@timestamp"]; timed && got[i]["@timestamp"] != "" {
					got[i]["@timestamp"] = "later"
				}
				if message, found := want[i]["error"]; found && strings.HasPrefix(got[i]["error"], message) {
					got[i]["error"] = message
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// The time that an invocation took is shown by the hour.
func TestDashboard_duration(t *testing.T) {
	query := insightstest.Queries(t, "../../template.yaml")["Duration, in milliseconds"]
	var log string
	for i, took := range []string{"1", "2", "9", "4"} {
		log += fmt.Sprintf("{\"time\":\"2026-11-24T1%d:59:59.5Z\",\"msg\":\"transform\",\"durationMs\":%s}\n", i/3, took)
	}
	want := []insightstest.Row{
		{"bin(1h)": "2026-11-24 10:00:00", "average": "4", "p95": "9", "longest": "9"},
		{"bin(1h)": "2026-11-24 11:00:00", "average": "4", "p95": "4", "longest": "4"},
	}
	if diff := cmp.Diff(want, insightstest.Query(t, query, log)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	// The function's own lines have what is computed.
	got := insightstest.Query(t, query, dashboardLog(t))
	if len(got) == 0 || !regexp.MustCompile(`^[0-9.]+$`).MatchString(got[0]["p95"]) {
		t.Errorf("got %v", got)
	}
}
