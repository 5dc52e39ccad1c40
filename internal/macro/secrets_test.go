package macro

import (
	"context"
	"strings"
	"testing"

	"amplify-boundary/transform"
)

// planted is part of every secret below, so that a cut or quoted one is found too.
const planted = "hunter2"

// rolesWith is a template with secrets in every place where templates hold some, and with resources.
func rolesWith(resources string) string {
	return `{"Description":"hunter2 description","Metadata":{"hunter2":"hunter2"},
		"Parameters":{"Password":{"Type":"String","NoEcho":true,"Default":"hunter2-default"}},
		"Mappings":{"M":{"A":{"B":"hunter2-mapping"}}},"Outputs":{"O":{"Value":"hunter2-output"}},
		"Resources":{"Database":{"Type":"AWS::RDS::DBInstance","Properties":{"MasterUserPassword":"hunter2-property"},"Metadata":{"x":"hunter2"}},
		"Role":{"Type":"AWS::IAM::Role","Properties":{"Description":"hunter2-role","PermissionsBoundary":{"Fn::Sub":"hunter2-boundary"},
		"Policies":[{"PolicyName":"hunter2"}]}}` + resources + `}}`
}

const secretValues = `{"Password":"hunter2-value","Users":["hunter2-list"],"AuthRoleName":"hunter2-role"}`

// No secret comes out in a log line, whatever becomes of a request, nor in the answer to a fault.
func TestSecretsStayIn(t *testing.T) {
	rejecting, strict, fixed := defaults(), defaults(), defaults()
	rejecting.Existing = transform.Reject
	strict.AllowNone = false
	fixed.Environment.Fixed = "prod"
	good := fakeSource{"/p/dev": devARN}
	requestOf := func(resources string) string {
		return request(rolesWith(resources), `{"Environment":"dev"}`, secretValues)
	}
	ofParams := func(params, values string) string { return request(rolesWith(``), params, values) }

	for _, test := range []struct {
		name     string
		settings Settings
		source   sourceFunc
		payload  string
		status   string
	}{
		{"no fault", defaults(), good.Values, requestOf(``), "success"},
		{"none", defaults(), fakeSource{"/p/dev": "none"}.Values, requestOf(``), "success"},
		{"resources out of sight", defaults(), good.Values, requestOf(`,"Custom":{"Type":"Custom::Thing","Properties":{"Key":"hunter2"}}`), "success"},

		{"not found", defaults(), fakeSource{}.Values, requestOf(``), "failure"},
		{"none refused", strict, fakeSource{"/p/dev": "none"}.Values, requestOf(``), "failure"},
		{"an existing boundary", rejecting, good.Values, requestOf(``), "failure"},
		{"a resource without a type", defaults(), good.Values, requestOf(`,"A":{"Type":["hunter2"],"Properties":{"x":"hunter2"}},"B":"hunter2"`), "failure"},
		{"properties that are no object", defaults(), good.Values, requestOf(`,"A":{"Type":"AWS::IAM::Role","Properties":"hunter2"}`), "failure"},
		{"properties that are a function", defaults(), good.Values, requestOf(`,"A":{"Type":"AWS::IAM::Role","Properties":{"Ref":"hunter2"}}`), "failure"},
		{"a SAM resource", defaults(), good.Values, requestOf(`,"A":{"Type":"AWS::Serverless::Function","Properties":{"InlineCode":"hunter2"}}`), "failure"},
		{"a module", defaults(), good.Values, requestOf(`,"A":{"Type":"My::Own::Thing::MODULE","Properties":{"Key":"hunter2"}}`), "failure"},
		{"a leftover transform", defaults(), good.Values, requestOf(`,"A":{"Type":"AWS::IAM::Role","Fn::Transform":{"Name":"hunter2"}}`), "failure"},
		{"a malformed loop", defaults(), good.Values, requestOf(`,"Fn::ForEach::L":["hunter2",["hunter2"]]`), "failure"},
		{"a fragment without a shape", defaults(), good.Values, request(`{"Key":"hunter2"}`, `{"Environment":"dev"}`, secretValues), "failure"},
		{"a fragment that is a string", defaults(), good.Values, request(`"hunter2"`, `{"Environment":"dev"}`, secretValues), "failure"},

		{"an environment that is no name", defaults(), good.Values, ofParams(`{"Environment":"hunter2 secret"}`, secretValues), "failure"},
		{"an environment that is a list", defaults(), good.Values, ofParams(`{"Environment":["hunter2"]}`, secretValues), "failure"},
		{"an environment behind a bad Ref", defaults(), good.Values, ofParams(`{"Environment":{"Ref":"hunter2 secret"}}`, secretValues), "failure"},
		{"an environment behind a Ref to a secret", defaults(), good.Values, ofParams(`{"Environment":{"Ref":"Key"}}`, `{"Key":"hunter2/secret"}`), "failure"},
		{"an environment behind a Ref to a list", defaults(), good.Values, ofParams(`{"Environment":{"Ref":"Users"}}`, secretValues), "failure"},
		{"a project that is no name", defaults(), good.Values, ofParams(`{"Environment":"dev","Project":"hunter2 secret"}`, secretValues), "failure"},
		{"an unknown transform parameter", defaults(), good.Values, ofParams(`{"Environment":"dev","Key":"hunter2"}`, secretValues), "failure"},
		{"params that are a string", defaults(), good.Values, ofParams(`"hunter2"`, secretValues), "failure"},
		{"an env that is no name", defaults(), good.Values, ofParams(`{}`, `{"env":"hunter2 secret"}`), "failure"},
		{"an env that is a list", defaults(), good.Values, ofParams(`{}`, `{"env":["hunter2"]}`), "failure"},
		{"names that disagree", defaults(), good.Values, ofParams(`{}`, `{"AuthRoleName":"amplify-hunter2-one-1a2b3-authRole","UnauthRoleName":"amplify-hunter2-two-1a2b3-unauthRole"}`), "failure"},
		{"no environment", defaults(), good.Values, ofParams(`{}`, secretValues), "failure"},
		{"another environment", fixed, good.Values, ofParams(`{"Environment":"dev"}`, secretValues), "failure"},

		{"template parameter values that are a string", defaults(), good.Values, ofParams(`{}`, `"hunter2"`), "failure"},
		{"a request cut off in a secret", defaults(), good.Values, requestOf(``)[:strings.Index(requestOf(``), planted)+len(planted)], "failure"},
		{"a request that is no JSON", defaults(), good.Values, `hunter2`, "failure"},
		{"a bad escape", defaults(), good.Values, requestOf(`,"A":"hunter2\q"`), "failure"},
		{"bad UTF-8", defaults(), good.Values, requestOf(`,"A":"hunter2` + "\xff" + `"`), "failure"},
		{"a duplicate name", defaults(), good.Values, requestOf(`,"A":{"hunter2":1,"hunter2":2}`), "failure"},
		{"a duplicate name of a template parameter", defaults(), good.Values, ofParams(`{}`, `{"hunter2":1,"hunter2":2}`), "failure"},
		{"a bad account", defaults(), good.Values, strings.Replace(requestOf(``), `"123456789012"`, `["hunter2"]`, 1), "failure"},

		{"a value that is no ARN", defaults(), fakeSource{"/p/dev": "hunter2"}.Values, requestOf(``), "failure"},
		{"a value that is nearly an ARN", defaults(), fakeSource{"/p/dev": "arn:aws:iam::123456789012:role/hunter2"}.Values, requestOf(``), "failure"},
		{"a value with something behind an ARN", defaults(), fakeSource{"/p/dev": devARN + "\nhunter2"}.Values, requestOf(``), "failure"},
		{"a value with an unknown placeholder", defaults(), fakeSource{"/p/dev": "arn:aws:iam::123456789012:policy/${hunter2}"}.Values, requestOf(``), "failure"},
		{"a default that is no ARN", defaults(), fakeSource{"/p/_default": "hunter2"}.Values, requestOf(``), "failure"},
		{"a panic", defaults(), func(context.Context, []string) (map[string]string, error) { panic("hunter2") }, requestOf(``), "failure"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !strings.Contains(test.payload, planted) {
				t.Fatal("the request holds no secret")
			}
			answer, log := invoke(t, test.settings, test.source, test.payload)
			line(t, log)
			if got, want := answer.Status, test.status; got != want {
				t.Fatalf("got %s (%s), want %s", got, answer.ErrorMessage, want)
			}
			if strings.Contains(answer.ErrorMessage, planted) || strings.Contains(answer.RequestID, planted) {
				t.Errorf("the answer holds a secret: %s", answer.ErrorMessage)
			}
			if strings.Contains(log, planted) {
				t.Errorf("the log holds a secret: %s", log)
			}
		})
	}
}
