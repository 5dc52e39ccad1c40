package guard

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/insightstest"
)

// The dashboard's queries, over lines that the guard writes, show what their titles say.
func TestDashboard(t *testing.T) {
	var log strings.Builder
	handler := NewHandler(settings(t, nil), usual(), "eu-west-1", &log)
	for _, event := range []string{
		roleEvent("amplify-recipes-dev-4b7e1", `{"PermissionsBoundary": "`+dev+`"}`),
		roleEvent("amplify-recipes-dev-4b7e1", `{"PermissionsBoundary": "`+dev+`"}`),
		roleEvent("amplify-recipes-dev-4b7e1", `{}`),
	} {
		if _, err := handler.Invoke(t.Context(), []byte(event)); err != nil {
			t.Fatal(err)
		}
	}
	queries := insightstest.Queries(t, "../../template.yaml")
	answers := []insightstest.Row{
		{"status": "SUCCESS", "errorCode": "", "environment": "dev", "account": account, "resources": "2"},
		{"status": "FAILED", "errorCode": "NonCompliant", "environment": "dev", "account": account, "resources": "1"},
	}
	if diff := cmp.Diff(answers, insightstest.Query(t, queries["Guard: answers by environment and account"], log.String())); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	refused := insightstest.Query(t, queries["Guard: latest roles that did not pass"], log.String())
	if len(refused) != 1 || refused[0]["logicalId"] != "OrderRole" || refused[0]["stack"] != "amplify-recipes-dev-4b7e1" ||
		refused[0]["message"] == "" || refused[0]["@timestamp"] == "" {
		t.Errorf("got %v", refused)
	}
}
