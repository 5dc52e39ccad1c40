package macro

import (
	"context"
	"strings"
	"testing"

	"amplify-boundary/internal/test/registrytest"
	"amplify-boundary/transform"
)

// planted is part of every secret below, so that a cut or quoted one is found too.
const planted = "hunter2"

// rolesWith is a template with resources, and with secrets wherever templates can have them.
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
	good := registrytest.Values{"/p/dev": devARN}
	requestOf := func(resources string) string {
		return request(rolesWith(resources), `{"Environment":"dev"}`, secretValues)
	}
	ofParams := func(params, values string) string { return request(rolesWith(``), params, values) }

	for _, test := range []struct {
		name     string
		settings Settings
		source   registrytest.Func
		payload  string
		status   string
	}{
		{"no_fault", defaults(), good.Values, requestOf(``), "success"},
		{"none", defaults(), registrytest.Values{"/p/dev": "none"}.Values, requestOf(``), "success"},
		{"resources_out_of_sight", defaults(), good.Values, requestOf(`,"Custom":{"Type":"Custom::Thing","Properties":{"Key":"hunter2"}}`), "success"},

		{"not_found", defaults(), registrytest.Values{}.Values, requestOf(``), "failure"},
		{"none_refused", strict, registrytest.Values{"/p/dev": "none"}.Values, requestOf(``), "failure"},
		{"an_existing_boundary", rejecting, good.Values, requestOf(``), "failure"},
		{"a_resource_without_a_type", defaults(), good.Values, requestOf(`,"A":{"Type":["hunter2"],"Properties":{"x":"hunter2"}},"B":"hunter2"`), "failure"},
		{"properties_that_are_no_object", defaults(), good.Values, requestOf(`,"A":{"Type":"AWS::IAM::Role","Properties":"hunter2"}`), "failure"},
		{"properties_that_are_a_function", defaults(), good.Values, requestOf(`,"A":{"Type":"AWS::IAM::Role","Properties":{"Ref":"hunter2"}}`), "failure"},
		{"a_sam_resource", defaults(), good.Values, requestOf(`,"A":{"Type":"AWS::Serverless::Function","Properties":{"InlineCode":"hunter2"}}`), "failure"},
		{"a_module", defaults(), good.Values, requestOf(`,"A":{"Type":"My::Own::Thing::MODULE","Properties":{"Key":"hunter2"}}`), "failure"},
		{"a_leftover_transform", defaults(), good.Values, requestOf(`,"A":{"Type":"AWS::IAM::Role","Fn::Transform":{"Name":"hunter2"}}`), "failure"},
		{"a_malformed_loop", defaults(), good.Values, requestOf(`,"Fn::ForEach::L":["hunter2",["hunter2"]]`), "failure"},
		{"a_fragment_without_a_shape", defaults(), good.Values, request(`{"Key":"hunter2"}`, `{"Environment":"dev"}`, secretValues), "failure"},
		{"a_fragment_that_is_a_string", defaults(), good.Values, request(`"hunter2"`, `{"Environment":"dev"}`, secretValues), "failure"},

		{"an_environment_that_is_no_name", defaults(), good.Values, ofParams(`{"Environment":"hunter2 secret"}`, secretValues), "failure"},
		{"an_environment_that_is_a_list", defaults(), good.Values, ofParams(`{"Environment":["hunter2"]}`, secretValues), "failure"},
		{"an_environment_behind_a_bad_ref", defaults(), good.Values, ofParams(`{"Environment":{"Ref":"hunter2 secret"}}`, secretValues), "failure"},
		{"an_environment_behind_a_ref_to_a_secret", defaults(), good.Values, ofParams(`{"Environment":{"Ref":"Key"}}`, `{"Key":"hunter2/secret"}`), "failure"},
		{"an_environment_behind_a_ref_to_a_list", defaults(), good.Values, ofParams(`{"Environment":{"Ref":"Users"}}`, secretValues), "failure"},
		{"a_project_that_is_no_name", defaults(), good.Values, ofParams(`{"Environment":"dev","Project":"hunter2 secret"}`, secretValues), "failure"},
		{"an_unknown_transform_parameter", defaults(), good.Values, ofParams(`{"Environment":"dev","Key":"hunter2"}`, secretValues), "failure"},
		{"params_that_are_a_string", defaults(), good.Values, ofParams(`"hunter2"`, secretValues), "failure"},
		{"an_env_that_is_no_name", defaults(), good.Values, ofParams(`{}`, `{"env":"hunter2 secret"}`), "failure"},
		{"an_env_that_is_a_list", defaults(), good.Values, ofParams(`{}`, `{"env":["hunter2"]}`), "failure"},
		{"names_that_disagree", defaults(), good.Values, ofParams(`{}`, `{"AuthRoleName":"amplify-hunter2-one-1a2b3-authRole","UnauthRoleName":"amplify-hunter2-two-1a2b3-unauthRole"}`), "failure"},
		{"an_output_that_is_not_known_yet", defaults(), good.Values, ofParams(`{}`, `{"env":"{{IntrinsicFunction:hunter2/A.Outputs.B/Fn::GetAtt}}"}`), "failure"},
		{"a_revision", defaults(), good.Values, ofParams(`{"Environment":"dev","Revision":"hunter2"}`, secretValues), "success"},
		{"a_project_under_a_fixed_environment_that_is_no_name", fixed, good.Values, ofParams(`{"Project":"hunter2 secret"}`, secretValues), "failure"},
		{"no_environment", defaults(), good.Values, ofParams(`{}`, secretValues), "failure"},
		{"another_environment", fixed, good.Values, ofParams(`{"Environment":"dev"}`, secretValues), "failure"},

		{"template_parameter_values_that_are_a_string", defaults(), good.Values, ofParams(`{}`, `"hunter2"`), "failure"},
		{"a_request_cut_off_in_a_secret", defaults(), good.Values, requestOf(``)[:strings.Index(requestOf(``), planted)+len(planted)], "failure"},
		{"a_request_that_is_no_json", defaults(), good.Values, `hunter2`, "failure"},
		{"a_bad_escape", defaults(), good.Values, requestOf(`,"A":"hunter2\q"`), "failure"},
		{"bad_utf_8", defaults(), good.Values, requestOf(`,"A":"hunter2` + "\xff" + `"`), "failure"},
		{"a_duplicate_name", defaults(), good.Values, requestOf(`,"A":{"hunter2":1,"hunter2":2}`), "failure"},
		{"a_duplicate_name_of_a_template_parameter", defaults(), good.Values, ofParams(`{}`, `{"hunter2":1,"hunter2":2}`), "failure"},
		{"a_bad_account", defaults(), good.Values, strings.Replace(requestOf(``), `"123456789012"`, `["hunter2"]`, 1), "failure"},

		{"a_value_that_is_no_arn", defaults(), registrytest.Values{"/p/dev": "hunter2"}.Values, requestOf(``), "failure"},
		{"a_value_that_is_nearly_an_arn", defaults(), registrytest.Values{"/p/dev": "arn:aws:iam::123456789012:role/hunter2"}.Values, requestOf(``), "failure"},
		{"a_value_with_something_behind_an_arn", defaults(), registrytest.Values{"/p/dev": devARN + "\nhunter2"}.Values, requestOf(``), "failure"},
		{"a_value_with_an_unknown_placeholder", defaults(), registrytest.Values{"/p/dev": "arn:aws:iam::123456789012:policy/${hunter2}"}.Values, requestOf(``), "failure"},
		{"a_default_that_is_no_arn", defaults(), registrytest.Values{"/p/_default": "hunter2"}.Values, requestOf(``), "failure"},
		{"a_panic", defaults(), func(context.Context, []string) (map[string]string, error) { panic("hunter2") }, requestOf(``), "failure"},
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
