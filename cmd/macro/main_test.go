package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/lambdatest"
	"amplify-boundary/internal/test/mototest"
)

// ample is a time limit for answers that must come in time.
const ample = 30 * time.Second

const devARN = "arn:aws:iam::123456789012:policy/Dev"

// request is a macro request. Its fragment is spelled in ways that no encoder would choose again.
func request(environment, project string) []byte {
	params := ""
	if project != "" {
		params = fmt.Sprintf(`,"Project":%q`, project)
	}
	return fmt.Appendf(nil, `{"region":"eu-west-1","accountId":"123456789012","fragment":%s,"transformId":"123456789012::AmplifyBoundary",`+
		`"params":{"Environment":%q%s},"requestId":"id-1","templateParameterValues":{"Password":"hunter2"}}`, fragment(""), environment, params)
}

// fragment is the fragment of every request. The boundary is inserted as a member of the role's properties, or is empty.
func fragment(boundary string) string {
	return `{"Parameters":{"N":{"Type":"Number","Default": 1.50e+1}} , "Resources":{"R\u006fle":{"Type":"AWS::IAM::Role","Properties":{` +
		boundary + `"Description":"\u00e9\/","MaxSessionDuration":12345678901234567890}}}}`
}

func success(arn string) string {
	boundary := ""
	if arn != "" {
		boundary = fmt.Sprintf(`"PermissionsBoundary":%q,`, arn)
	}
	return `{"requestId":"id-1","status":"success","fragment":` + fragment(boundary) + `}`
}

func failure(message string) string {
	return fmt.Sprintf(`{"requestId":"id-1","status":"failure","errorMessage":%q}`, message)
}

// line reads what the function logged of one invocation: one JSON line. It leaves out what differs from
// run to run.
func line(t *testing.T, log string) map[string]any {
	t.Helper()
	if !strings.HasSuffix(log, "\n") || strings.Count(log, "\n") != 1 {
		t.Fatalf("got log %q, want one line", log)
	}
	var values map[string]any
	if err := json.Unmarshal([]byte(log), &values); err != nil {
		t.Fatalf("got log %q: %v", log, err)
	}
	for _, name := range []string{"time", "durationMs"} {
		if _, found := values[name]; !found {
			t.Errorf("the log line has no %s", name)
		}
		delete(values, name)
	}
	return values
}

// logOf is the log line of a request for the environment dev, but for its own values.
func logOf(own map[string]any) map[string]any {
	values := map[string]any{
		"level": "INFO", "msg": "transform", "status": "success", "requestId": "id-1", "account": "123456789012", "region": "eu-west-1",
		"macro": "AmplifyBoundary", "shape": "template", "project": "", "environment": "dev", "environmentSource": "transform parameter Environment",
		"noEnvironmentNeeded": false, "parameter": "", "fallback": false, "boundary": "",
		"bounded": []any{}, "boundedCount": 0.0, "replaced": []any{}, "replacedCount": 0.0,
		"kept": []any{}, "keptCount": 0.0, "same": []any{}, "sameCount": 0.0,
		"nestedStacks": []any{}, "nestedStacksCount": 0.0, "outOfSight": []any{}, "outOfSightCount": 0.0, "unboundedUsers": []any{}, "unboundedUsersCount": 0.0,
	}
	for name, value := range own {
		values[name] = value
	}
	return values
}

// bounded is the log line of a success with an ARN.
func bounded(own map[string]any) map[string]any {
	values := logOf(map[string]any{"boundary": devARN, "bounded": []any{"Role"}, "boundedCount": 1.0})
	for name, value := range own {
		values[name] = value
	}
	return values
}

func TestTheFunctionReadsParameterStore(t *testing.T) {
	endpoint := mototest.Start(t)
	put := func(name, value string, kind types.ParameterType) {
		t.Helper()
		mototest.PutParameter(t, endpoint, "eu-west-1", name, value, kind)
	}
	put("/amplify-boundary/dev", devARN, types.ParameterTypeString)
	put("/amplify-boundary/shop/dev", "arn:aws:iam::123456789012:policy/ShopDev", types.ParameterTypeString)
	put("/amplify-boundary/shop/_default", "arn:aws:iam::123456789012:policy/ShopDefault", types.ParameterTypeString)
	put("/amplify-boundary/sandbox", "none", types.ParameterTypeString)
	put("/amplify-boundary/sealed", devARN, types.ParameterTypeSecureString)
	put("/amplify-boundary/template", "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${AWS::Region}/${Environment}", types.ParameterTypeString)
	put("/amplify-boundary/secret", "hunter2", types.ParameterTypeSecureString)
	put("/with-default/_default", devARN, types.ParameterTypeString)
	mototest.PutParameter(t, endpoint, "eu-central-1", "/amplify-boundary/dev", "arn:aws:iam::123456789012:policy/Central", types.ParameterTypeString)

	const notFound = "environment %s has no boundary: no SSM parameter found (looked up %s); add one with: amplify-boundary env add %s"
	for _, group := range []struct {
		name      string
		variables []string
		cases     []functionCase
	}{
		{"one_region", nil, []functionCase{
			{"found", request("dev", ""), success(devARN), bounded(map[string]any{"parameter": "/amplify-boundary/dev"})},
			{"found_for_the_project", request("dev", "shop"), success("arn:aws:iam::123456789012:policy/ShopDev"),
				bounded(map[string]any{"project": "shop", "parameter": "/amplify-boundary/shop/dev", "boundary": "arn:aws:iam::123456789012:policy/ShopDev"})},
			{"a_project_without_the_environment_falls_back", request("prod", "shop"), success("arn:aws:iam::123456789012:policy/ShopDefault"),
				bounded(map[string]any{"level": "WARN", "project": "shop", "environment": "prod", "parameter": "/amplify-boundary/shop/_default", "fallback": true,
					"boundary": "arn:aws:iam::123456789012:policy/ShopDefault"})},
			{"a_project_without_values_falls_back_to_the_environment", request("dev", "bank"), success(devARN),
				bounded(map[string]any{"project": "bank", "parameter": "/amplify-boundary/dev"})},
			{"none", request("sandbox", ""), success(""), logOf(map[string]any{"environment": "sandbox", "parameter": "/amplify-boundary/sandbox", "boundary": "none"})},
			{"securestring", request("sealed", ""), success(devARN), bounded(map[string]any{"environment": "sealed", "parameter": "/amplify-boundary/sealed"})},
			{"placeholders", request("template", ""), success("arn:aws:iam::123456789012:policy/eu-west-1/template"),
				bounded(map[string]any{"environment": "template", "parameter": "/amplify-boundary/template", "boundary": "arn:aws:iam::123456789012:policy/eu-west-1/template"})},
			failing("missing", "prod", "", fmt.Sprintf(notFound, "prod", "/amplify-boundary/prod, /amplify-boundary/_default", "prod")),
			failing("missing for a project", "prod", "bank", fmt.Sprintf(notFound, "prod",
				"/amplify-boundary/bank/prod, /amplify-boundary/bank/_default, /amplify-boundary/prod, /amplify-boundary/_default", "prod --project bank")),
			failing("a secret", "secret", "", "SSM parameter /amplify-boundary/secret holds neither a policy ARN (arn:<partition>:iam::<account>:policy/<name>) nor none; "+
				"its value is not shown, since it may be a secret; correct it with: amplify-boundary env update secret"),
		}},
		{"default", []string{"PARAMETER_PREFIX=/with-default"}, []functionCase{
			{"a_mistyped_environment", request("dve", ""), success(devARN),
				bounded(map[string]any{"level": "WARN", "environment": "dve", "parameter": "/with-default/_default", "fallback": true})},
		}},
		{"another_region", []string{"PARAMETER_REGION=eu-central-1"}, []functionCase{
			{"found", request("dev", ""), success("arn:aws:iam::123456789012:policy/Central"),
				bounded(map[string]any{"parameter": "/amplify-boundary/dev", "boundary": "arn:aws:iam::123456789012:policy/Central"})},
			failing("missing_there", "sandbox", "", fmt.Sprintf(notFound, "sandbox", "/amplify-boundary/sandbox, /amplify-boundary/_default", "sandbox --region eu-central-1")),
		}},
	} {
		t.Run(group.name, func(t *testing.T) {
			f := start(t, append(group.variables, "AWS_ENDPOINT_URL_SSM="+endpoint)...)
			for _, test := range group.cases {
				t.Run(test.name, func(t *testing.T) { test.run(t, f, ample) })
			}
		})
	}

	t.Run("a value changed between two invocations", func(t *testing.T) {
		f := start(t, "AWS_ENDPOINT_URL_SSM="+endpoint)
		for _, arn := range []string{"arn:aws:iam::123456789012:policy/Old", "arn:aws:iam::123456789012:policy/New"} {
			put("/amplify-boundary/changing", arn, types.ParameterTypeString)
			functionCase{"", request("changing", ""), success(arn),
				bounded(map[string]any{"environment": "changing", "parameter": "/amplify-boundary/changing", "boundary": arn})}.run(t, f, ample)
		}
	})
}

// functionCase is a request with the answer and the log line that it must bring about.
type functionCase struct {
	name    string
	payload []byte
	answer  string
	log     map[string]any
}

func failing(name, environment, project, message string) functionCase {
	return functionCase{name, request(environment, project), failure(message),
		logOf(map[string]any{"level": "ERROR", "status": "failure", "environment": environment, "project": project, "error": message})}
}

func (c functionCase) run(t *testing.T, f function, limit time.Duration) {
	t.Helper()
	answer, log := f.invoke(t, c.payload, limit)
	if diff := cmp.Diff(c.answer, string(answer)); diff != "" {
		t.Errorf("answer: %s", diff)
	}
	if diff := cmp.Diff(c.log, line(t, log)); diff != "" {
		t.Errorf("log: %s", diff)
	}
}

func TestTheFunctionGoesOnAfterMalformedRequests(t *testing.T) {
	f := start(t, "DEFAULT_ENVIRONMENT=dev")
	for _, payload := range []string{``, `null`, `[]`, `{"requestId":"id-1"`, strings.Repeat("[", 20_000), `"` + strings.Repeat("a", lambdatest.PayloadLimit-2) + `"`} {
		answer, log := f.invoke(t, []byte(payload), ample)
		var response struct{ RequestID, Status, ErrorMessage string }
		if err := json.Unmarshal(answer, &response); err != nil {
			t.Fatalf("%.20s: got %s: %v", payload, answer, err)
		}
		if response.Status != "failure" || response.ErrorMessage == "" {
			t.Errorf("%.20s: got %s", payload, answer)
		}
		if got := line(t, log)["error"]; got != response.ErrorMessage {
			t.Errorf("%.20s: got error %q in the log, want %q", payload, got, response.ErrorMessage)
		}
	}
}

// Of a template of about 6 MB, the function has room for the answer or says that it has not.
func TestTheFunctionKeepsLambdasPayloadLimit(t *testing.T) {
	store := newStore(t, serve(devARN))
	f := start(t, "AWS_ENDPOINT_URL_SSM="+store)
	frame := `{"region":"eu-west-1","accountId":"123456789012","requestId":"id-1","params":{"Environment":"dev"},"templateParameterValues":{"P":"` +
		strings.Repeat("p", 200) + `"},"fragment":{"Description":"%s","Resources":{%s}}}`
	fill := func(resources string) []byte {
		return fmt.Appendf(nil, frame, strings.Repeat("d", lambdatest.PayloadLimit-len(fmt.Sprintf(frame, "", resources))), resources)
	}

	answer, log := f.invoke(t, fill(`"Role":{"Type":"AWS::IAM::Role"}`), ample)
	if want := `{"requestId":"id-1","status":"success"`; !strings.HasPrefix(string(answer), want) {
		t.Errorf("got %.300s, want %s", answer, want)
	}
	line(t, log)

	var roles []string
	for i := range 10 {
		roles = append(roles, fmt.Sprintf(`"Role%d":{"Type":"AWS::IAM::Role"}`, i))
	}
	answer, log = f.invoke(t, fill(strings.Join(roles, ",")), ample)
	want := `{"requestId":"id-1","status":"failure","errorMessage":"the answer would have `
	if !strings.HasPrefix(string(answer), want) || !strings.HasSuffix(string(answer), `, more than the 6291456 that Lambda passes on; split the template"}`) {
		t.Errorf("got %.300s, want %s...", answer, want)
	}
	if got, want := line(t, log)["status"], "failure"; got != want {
		t.Errorf("got status %v in the log, want %s", got, want)
	}
}

func TestABadSettingStopsTheFunctionAtItsStart(t *testing.T) {
	for _, test := range []struct {
		name      string
		variables []string
		want      string
	}{
		{"PARAMETER_PREFIX", []string{"PARAMETER_PREFIX=/aws/boundaries"},
			`setting PARAMETER_PREFIX is "/aws/boundaries"; it must be / and a name of A-Z a-z 0-9 _ . -, up to 13 times, not beginning with aws or ssm`},
		{"PARAMETER_REGION", []string{"PARAMETER_REGION=mars"}, `setting PARAMETER_REGION is "mars"; it must be a region such as eu-west-1`},
		{"ENVIRONMENT", []string{"ENVIRONMENT=_default"}, `setting ENVIRONMENT is "_default"; it must be 1 to 64 of A-Z a-z 0-9 . _ -, not beginning with . or _`},
		{"PROJECT", []string{"PROJECT=sh*p"}, `setting PROJECT is "sh*p"; it must be * or 1 to 64 of A-Z a-z 0-9 . _ -, not beginning with . or _`},
		{"MODE", []string{"MODE=off"}, `setting MODE is "off"; it must be enforce or report`},
		{"DEFAULT_ENVIRONMENT", []string{"DEFAULT_ENVIRONMENT=a b"}, `setting DEFAULT_ENVIRONMENT is "a b"; it must be 1 to 64 of A-Z a-z 0-9 . _ -, not beginning with . or _`},
		{"ALLOW_NONE", []string{"ALLOW_NONE=no"}, `setting ALLOW_NONE is "no"; it must be true or false`},
		{"EXISTING_BOUNDARY", []string{"EXISTING_BOUNDARY=drop"}, `setting EXISTING_BOUNDARY is "drop"; it must be replace, keep or reject`},
		{"BOUND_USERS", []string{"BOUND_USERS=1"}, `setting BOUND_USERS is "1"; it must be true or false`},
		{"LOG_LEVEL", []string{"LOG_LEVEL=loud"}, `setting LOG_LEVEL is "loud"; it must be debug, info, warn or error`},
		{"AWS_ENDPOINT_URL_SSM", []string{"AWS_ENDPOINT_URL_SSM=localhost:5000"}, `setting AWS_ENDPOINT_URL_SSM is "localhost:5000"; it must be an https URL, or an http URL of a loopback address or of a host without a dot`},
		{"several", []string{"BOUND_USERS=1", "ALLOW_NONE=no", "LOG_LEVEL=info"},
			"setting ALLOW_NONE is \"no\"; it must be true or false\nsetting BOUND_USERS is \"1\"; it must be true or false"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := start(t, test.variables...)
			if got, want := f.Wait().ExitCode(), 1; got != want {
				t.Errorf("got exit code %d, want %d", got, want)
			}
			if got, want := f.Log(), "amplify-boundary macro: error: "+test.want+"\n"; got != want {
				t.Errorf("got  %swant %s", got, want)
			}
			if f.Polled() {
				t.Error("the function asked for a request")
			}
			if o, posted := f.Posted(); posted {
				t.Errorf("the function posted %s: %s", o.Path, o.Body)
			}
		})
	}
}

func TestEmptySettingsAreUnset(t *testing.T) {
	store := newStore(t, serve(devARN))
	f := start(t, "AWS_ENDPOINT_URL_SSM="+store, "PARAMETER_PREFIX=", "PARAMETER_REGION=", "ENVIRONMENT=", "DEFAULT_ENVIRONMENT=", "ALLOW_NONE=",
		"EXISTING_BOUNDARY=", "BOUND_USERS=", "LOG_LEVEL=", "PROJECT=", "MODE=")
	functionCase{"", request("dev", ""), success(devARN), bounded(map[string]any{"parameter": "/amplify-boundary/dev"})}.run(t, f, ample)
}

// The function and the emulator of its settings must agree that a setting reaches the macro.
func TestSettingsReachTheMacro(t *testing.T) {
	store := newStore(t, serve("none"))
	f := start(t, "AWS_ENDPOINT_URL_SSM="+store, "ALLOW_NONE=false", "LOG_LEVEL=error", "ENVIRONMENT=prod")
	message := "SSM parameter /amplify-boundary/prod says none, but every environment must have a boundary here (setting ALLOW_NONE); correct it with: amplify-boundary env update prod"
	failed := logOf(map[string]any{"level": "ERROR", "status": "failure", "environment": "prod", "environmentSource": "setting ENVIRONMENT",
		"parameter": "/amplify-boundary/prod", "boundary": "none", "error": message})
	functionCase{"", request("NONE", ""), failure(message), failed}.run(t, f, ample)
}

func TestTheFunctionReports(t *testing.T) {
	store := newStore(t, serve(devARN))
	f := start(t, "AWS_ENDPOINT_URL_SSM="+store, "MODE=report", "PROJECT=shop")
	reported := bounded(map[string]any{"status": "report", "project": "shop", "parameter": "/amplify-boundary/shop/dev"})
	functionCase{"", request("dev", ""), success(""), reported}.run(t, f, ample)
}
