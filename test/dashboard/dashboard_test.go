// Package dashboard tests the dashboard of template.yaml: its queries, evaluated over log lines that the macro and the guard
// write.
package dashboard

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/test/registrytest"
)

const (
	account  = "123456789012"
	boundary = "arn:aws:iam::" + account + ":policy/dev"
	oneRole  = `{"Resources":{"A":{"Type":"AWS::IAM::Role"}}}`
	noType   = `{"Resources":{"A":{}}}`
	child    = `{"Resources":{"A":{"Type":"AWS::IAM::Role"},"Child":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"https://assets.s3.eu-west-1.amazonaws.com/a.json"}}}}`
)

// macroLog is what the macro logs of several requests: of two accounts, one with more roles than Logs Insights finds fields,
// a fall-back, failures, a nested stack that is bounded, and two in report mode.
func macroLog(t *testing.T) string {
	t.Helper()
	many := make([]string, 150)
	for i := range many {
		many[i] = fmt.Sprintf(`"R%d":{"Type":"AWS::IAM::Role"},"S%d":{"Type":"AWS::CloudFormation::Stack"}`, i, i)
	}
	var log bytes.Buffer
	for _, request := range []struct{ account, environment, fragment, setting string }{
		{account, "dev", oneRole, ""},
		{account, "dev", oneRole, ""},
		{"210987654321", "dev", oneRole, ""}, // a failure: the boundary is another account's
		{account, "dev", `{"Resources":{` + strings.Join(many, ",") + `}}`, ""},
		{account, "dve", oneRole, ""},
		{account, "dev", noType, ""},
		{account, "dev", child, "NESTED_STACKS=bound"},
		{account, "dev", oneRole, "MODE=report"},
		{account, "dev", noType, "MODE=report"},
	} {
		settings, err := macro.ReadSettings(func(name string) string {
			if name == "NESTED_TEMPLATE_BUCKET" {
				return "copies"
			}
			if value, set := strings.CutPrefix(request.setting, name+"="); set {
				return value
			}
			return ""
		})
		if err != nil {
			t.Fatal(err)
		}
		templates := nested.NewS3(aws.Config{Region: "eu-west-1", HTTPClient: emptyTemplates{}, Credentials: credentials.NewStaticCredentialsProvider("id", "secret", "")}, "copies")
		source := registrytest.Values{"/amplify-boundary/dev": boundary, "/amplify-boundary/_default": boundary}
		payload := fmt.Sprintf(`{"region":"eu-west-1","accountId":%q,"fragment":%s,"transformId":"%[1]s::AmplifyBoundary","params":{"Environment":%[3]q},`+
			`"requestId":"id-1","templateParameterValues":{}}`, request.account, request.fragment, request.environment)
		if _, err := macro.NewHandler(settings, source, templates, &log).Invoke(t.Context(), []byte(payload)); err != nil {
			t.Fatal(err)
		}
	}
	return log.String()
}

// emptyTemplates is a client of an S3 whose every object is a template without resources.
type emptyTemplates struct{}

func (emptyTemplates) Do(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"Resources":{}}`)), Request: r}, nil
}

func TestMacro(t *testing.T) {
	const refused = "AmplifyBoundary cannot "
	found, log := queries(t), macroLog(t)
	for title, want := range map[string][]record{
		"Invocations by status, environment and account": {
			{"status": "success", "environment": "dev", "account": account, "invocations": "4", "bounded": "153", "replaced": "0"},
			{"status": "report", "environment": "dev", "account": account, "invocations": "2", "bounded": "1", "replaced": "0"},
			{"status": "failure", "environment": "dev", "account": "210987654321", "invocations": "1", "bounded": "0", "replaced": "0"},
			{"status": "success", "environment": "dve", "account": account, "invocations": "1", "bounded": "1", "replaced": "0"},
			{"status": "failure", "environment": "dev", "account": account, "invocations": "1", "bounded": "0", "replaced": "0"},
		},
		"Fall-backs: is the environment spelled right?": {
			{"environment": "dve", "project": "", "account": account, "parameter": "/amplify-boundary/_default", "invocations": "1"},
		},
		"Latest failures": {
			{"@timestamp": "later", "account": account, "environment": "dev", "requestId": "id-1", "error": refused},
			{"@timestamp": "later", "account": "210987654321", "environment": "dev", "requestId": "id-1", "error": "SSM parameter /amplify-boundary/dev "},
		},
		"Nested stacks left alone": {
			{"environment": "dev", "account": account, "invocations": "1", "nestedStacks": "150"},
		},
		"What report mode would do": {
			{"environment": "dev", "account": account, "templates": "2", "bounded": "1", "replaced": "0", "refused": "1"},
		},
		"What report mode would refuse": {
			{"@timestamp": "later", "account": account, "environment": "dev", "requestId": "id-1", "error": refused},
		},
	} {
		t.Run(title, func(t *testing.T) {
			got := answer(t, found[title], log)
			for i := range min(len(got), len(want)) {
				if _, timed := want[i]["@timestamp"]; timed && got[i]["@timestamp"] != "" {
					got[i]["@timestamp"] = "later"
				}
				if message, is := want[i]["error"]; is && strings.HasPrefix(got[i]["error"], message) {
					got[i]["error"] = message
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestMacro_duration(t *testing.T) {
	query := queries(t)["Duration, in milliseconds"]
	var log string
	for i, took := range []string{"1", "2", "9", "4"} {
		log += fmt.Sprintf("{\"time\":\"2026-11-24T1%d:59:59.5Z\",\"msg\":\"transform\",\"durationMs\":%s}\n", i/3, took)
	}
	want := []record{
		{"bin(1h)": "2026-11-24 10:00:00", "average": "4", "p95": "9", "longest": "9"},
		{"bin(1h)": "2026-11-24 11:00:00", "average": "4", "p95": "4", "longest": "4"},
	}
	if diff := cmp.Diff(want, answer(t, query, log)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	// The macro's own lines have what is computed.
	got := answer(t, query, macroLog(t))
	if len(got) == 0 || !regexp.MustCompile(`^[0-9.]+$`).MatchString(got[0]["p95"]) {
		t.Errorf("got %v", got)
	}
}

func TestGuard(t *testing.T) {
	settings, err := guard.ReadSettings(func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	handler := guard.NewHandler(settings, hierarchy{}, nil, "eu-west-1", &log)
	for _, properties := range []string{`{"PermissionsBoundary":"` + boundary + `"}`, `{"PermissionsBoundary":"` + boundary + `"}`, `{}`} {
		event := fmt.Sprintf(`{"clientRequestToken":"token","awsAccountId":%q,"actionInvocationPoint":"CREATE_PRE_PROVISION",`+
			`"stackId":"arn:aws:cloudformation:eu-west-1:%[1]s:stack/amplify-recipes-dev-4b7e1/1",`+
			`"requestData":{"targetName":"AWS::IAM::Role","targetLogicalId":"OrderRole","targetModel":{"resourceProperties":%[2]s}}}`, account, properties)
		if _, err := handler.Invoke(t.Context(), []byte(event)); err != nil {
			t.Fatal(err)
		}
	}
	found := queries(t)
	want := []record{
		{"status": "SUCCESS", "errorCode": "", "environment": "dev", "account": account, "resources": "2"},
		{"status": "FAILED", "errorCode": "NonCompliant", "environment": "dev", "account": account, "resources": "1"},
	}
	if diff := cmp.Diff(want, answer(t, found["Guard: answers by environment and account"], log.String())); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	refused := answer(t, found["Guard: latest roles that did not pass"], log.String())
	if len(refused) != 1 || refused[0]["logicalId"] != "OrderRole" || refused[0]["stack"] != "amplify-recipes-dev-4b7e1" ||
		refused[0]["message"] == "" || refused[0]["@timestamp"] == "" {
		t.Errorf("got %v", refused)
	}
}

// hierarchy is a registry for the guard.
type hierarchy struct{}

func (hierarchy) List(context.Context, string) ([]registry.Parameter, error) {
	return []registry.Parameter{{Name: "/amplify-boundary/dev", Value: boundary}}, nil
}
