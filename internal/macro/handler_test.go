package macro

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/test/registrytest"
	"amplify-boundary/transform"
)

const (
	devARN   = "arn:aws:iam::123456789012:policy/Dev"
	otherARN = "arn:aws:iam::123456789012:policy/Other"
	oneRole  = `{"Resources":{"Role":{"Type":"AWS::IAM::Role","Properties":{"Path":"/"}}}}`
)

// defaults are the settings of a function that sets none.
func defaults() Settings {
	return Settings{ParameterPrefix: "/p", AllowNone: true, Existing: transform.Replace}
}

// request is a macro request as CloudFormation sends it.
func request(fragment, params, parameterValues string) string {
	return `{"region":"eu-west-1","accountId":"123456789012","fragment":` + fragment +
		`,"transformId":"123456789012::AmplifyBoundary","params":` + params +
		`,"requestId":"id-1","templateParameterValues":` + parameterValues + `}`
}

// ofDev is a request of a template that names the environment dev.
func ofDev(fragment string) string { return request(fragment, `{"Environment":"dev"}`, `{}`) }

// response is the answer to a macro request.
type response struct {
	RequestID    string         `json:"requestId"`
	Status       string         `json:"status"`
	Fragment     jsontext.Value `json:"fragment"`
	ErrorMessage string         `json:"errorMessage"`
}

func successOf(fragment string) response {
	return response{RequestID: "id-1", Status: "success", Fragment: jsontext.Value(fragment)}
}

func failureOf(message string) response {
	return response{RequestID: "id-1", Status: "failure", ErrorMessage: message}
}

// invoke runs a handler, and returns its answer and its log. It fails the test where the handler
// returns an error or an answer that CloudFormation would call malformed.
func invoke(t *testing.T, settings Settings, source registry.Source, payload string) (answer response, log string) {
	t.Helper()
	return invokeWith(t, settings, source, nil, payload)
}

// invokeWith runs a handler that has templates of nested stacks.
func invokeWith(t *testing.T, settings Settings, source registry.Source, templates nested.Store, payload string) (answer response, log string) {
	t.Helper()
	var buffer bytes.Buffer
	sent := []byte(payload)
	body, err := NewHandler(settings, source, templates, &buffer).Invoke(t.Context(), sent)
	if err != nil {
		t.Fatalf("got error %v", err)
	}
	if err := json.Unmarshal(body, &answer, json.RejectUnknownMembers(true), jsontext.AllowDuplicateNames(true)); err != nil {
		t.Fatalf("got a malformed answer: %v: %.200s", err, body)
	}
	switch {
	case answer.Status == "success" && answer.Fragment != nil && answer.ErrorMessage == "":
	case answer.Status == "failure" && answer.Fragment == nil && answer.ErrorMessage != "":
	default:
		t.Fatalf("got neither a success nor a failure: %.200s", body)
	}
	if string(sent) != payload {
		t.Error("the request was changed")
	}
	return answer, buffer.String()
}

// line reads a log that must be one line.
func line(t *testing.T, log string) map[string]any {
	t.Helper()
	if !strings.HasSuffix(log, "\n") || strings.Count(log, "\n") != 1 {
		t.Fatalf("got log %q, want one line", log)
	}
	var values map[string]any
	if err := json.Unmarshal([]byte(log), &values); err != nil {
		t.Fatalf("got log %q: %v", log, err)
	}
	return values
}

func TestInvokeChangesNothingButTheBoundary(t *testing.T) {
	fragment := "{ \"Parameters\" : {\"N\": {\"Type\":\"Number\",\"Default\": 1.50e+1}},\n\"Resources\":{\"Role\":" +
		"{\"Type\":\"AWS\\u003a:IAM::Role\",\"Properties\":{ %s\"Description\":\"\\u00e9\\/\", \"MaxSessionDuration\":12345678901234567890}}}} "
	got, _ := invoke(t, defaults(), registrytest.Values{"/p/dev": devARN}, ofDev(strings.TrimSpace(fmt.Sprintf(fragment, ""))))
	want := successOf(strings.TrimSpace(fmt.Sprintf(fragment, `"PermissionsBoundary": "`+devARN+`", `)))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestInvokeAnswersByTheRequestsValues(t *testing.T) {
	source := registrytest.Values{"/p/dev": "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${AWS::Region}-${Environment}"}
	payload := `{"region":"cn-north-1","accountId":"210987654321","transformId":"210987654321::Other","requestId":"\u0069d-1","new":{"x":[1]},` +
		`"frag\u006dent":{"Type":"AWS::IAM::Role"},"templateParameterValues":{"env":"dev"}}`
	got, _ := invoke(t, defaults(), source, payload)
	want := successOf(`{"Properties":{"PermissionsBoundary":"arn:aws-cn:iam::210987654321:policy/cn-north-1-dev"},"Type":"AWS::IAM::Role"}`)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMalformedRequestsAreAnsweredWithAFailure(t *testing.T) {
	const (
		notCloudFormation = "; it does not look like CloudFormation's"
		shapeless         = "; declare AmplifyBoundary in the template's Transform section, or by Fn::Transform in Resources, " +
			"in one resource, in a role's Properties, or as its PermissionsBoundary"
		noShape = "the fragment is neither a template, a map of resources, a resource, nor a role's properties" + shapeless
	)
	without := func(member string) string {
		members := make(map[string]jsontext.Value)
		if err := json.Unmarshal([]byte(ofDev(oneRole)), &members); err != nil {
			t.Fatal(err)
		}
		delete(members, member)
		payload, err := json.Marshal(members, json.Deterministic(true))
		if err != nil {
			t.Fatal(err)
		}
		return string(payload)
	}
	with := func(member, value string) string {
		return strings.TrimSuffix(without(member), "}") + `,"` + member + `":` + value + `}`
	}
	anonymous := func(message string) response { return response{Status: "failure", ErrorMessage: message} }

	for _, test := range []struct {
		name    string
		payload string
		want    response
	}{
		{"nothing", ``, anonymous("the request is not valid JSON at byte 0: it ends too early")},
		{"white_space", "\n", anonymous("the request is not valid JSON at byte 0: it ends too early")},
		{"not_json", `hunter2`, anonymous("the request is not valid JSON at byte 0: a character or an escape does not belong there")},
		{"null", `null`, anonymous("the request is not an object")},
		{"a_list", `[` + ofDev(oneRole) + `]`, anonymous("the request is not an object")},
		{"a_string", `"hunter2"`, anonymous("the request is not an object")},
		{"a_number", `5`, anonymous("the request is not an object")},
		{"an_empty_object", `{}`, anonymous("the request has no member requestId that is a string" + notCloudFormation)},
		{"a_request_id_after_bad_utf_8", `{"fragment":{"requestId":"inner","A":"` + "\xff" + `"},"requestId":"id-1"}`,
			failureOf("the fragment is not valid JSON at byte 26: a string is not UTF-8")},
		{"a_request_id_after_half_a_surrogate_pair", `{"fragment":{"A":"\ud800 \"requestId\":\"inner"},"requestId" : "id-1"}`,
			failureOf("the fragment is not valid JSON at byte 6: a character or an escape does not belong there")},
		{"a_request_id_after_endless_nesting", `{"fragment":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `,"requestId":"id-1"}`,
			failureOf("the fragment is not valid JSON at byte 9999: it is nested more than 10,000 levels deep")},
		{"a_request_id_without_a_colon", `{"fragment":` + "\xff" + `,"requestId" "id-1"}`, anonymous("the fragment is not valid JSON at byte 0: a character or an escape does not belong there")},
		{"a_request_id_that_is_no_string", `{"fragment":` + "\xff" + `,"requestId":5,"x":"id-1"}`, anonymous("the fragment is not valid JSON at byte 0: a character or an escape does not belong there")},
		{"a_request_id_that_is_cut_off", `{"fragment":{"A":` + "\xff" + `},"requestId":"id-`, anonymous("the fragment is not valid JSON at byte 5: a character or an escape does not belong there")},
		{"cut_off_before_the_request_id", ofDev(oneRole)[:100], anonymous("the fragment is not valid JSON at byte 40: it ends too early")},
		{"cut_off_after_the_request_id", strings.TrimSuffix(ofDev(oneRole), "}"),
			failureOf(fmt.Sprintf("the request is not valid JSON at byte %d: it ends too early", len(ofDev(oneRole))-1))},
		{"two_requests", ofDev(oneRole) + ofDev(oneRole),
			failureOf(fmt.Sprintf("the request is not valid JSON at byte %d: something follows its end", len(ofDev(oneRole))))},
		{"garbage_after", ofDev(oneRole) + "hunter2",
			failureOf(fmt.Sprintf("the request is not valid JSON at byte %d: something follows its end", len(ofDev(oneRole))))},
		{"bad_utf_8", `{"requestId":"id-1","fragment":{"Description":"` + "\xff" + `"}}`,
			failureOf("the fragment is not valid JSON at byte 16: a string is not UTF-8")},
		{"bad_utf_8_in_the_request_id", `{"requestId":"id` + "\xff" + `"}`, response{"id\ufffd", "failure", nil, "the request is not valid JSON at byte 16: a string is not UTF-8"}},

		{"a_duplicate_name_in_the_request", `{"requestId":"id-1","requestId":"id-2"}`,
			failureOf("the request is not valid JSON at byte 20: a name appears twice in one object")},
		{"a_duplicate_name_in_the_request_spelled_otherwise", `{"requestId":"id-1","fragment":{},"frag\u006dent":{}}`,
			failureOf("the request is not valid JSON at byte 34: a name appears twice in one object")},
		{"a_duplicate_name_in_the_fragment", with("fragment", `{"Resources":{"A":{},"A":{}}}`),
			failureOf("the fragment is not valid JSON at byte 21: a name appears twice in one object")},
		{"a_duplicate_name_deep_in_the_fragment", with("fragment", `{"Resources":{"A":{"Type":"AWS::IAM::Role","Properties":{"Tags":[{"Key":"a","Key":"b"}]}}}}`),
			failureOf("the fragment is not valid JSON at byte 76: a name appears twice in one object")},
		{"a_duplicate_name_in_the_transforms_parameters", with("params", `{"Environment":"dev","Environment":"prod"}`),
			failureOf("the request's params is not valid JSON at byte 21: a name appears twice in one object")},
		{"a_duplicate_name_in_the_template_parameter_values", with("templateParameterValues", `{"env":"dev","env":"prod"}`),
			failureOf("the request's templateParameterValues is not valid JSON at byte 13: a name appears twice in one object")},

		{"no_request_id", without("requestId"), anonymous("the request has no member requestId that is a string" + notCloudFormation)},
		{"a_request_id_that_is_a_number", with("requestId", `5`), anonymous("the request has no member requestId that is a string" + notCloudFormation)},
		{"an_empty_request_id", with("requestId", `""`), anonymous("the request has no member requestId that is a string" + notCloudFormation)},
		{"no_region", without("region"), failureOf("the request has no member region that is a string" + notCloudFormation)},
		{"a_region_that_is_null", with("region", `null`), failureOf("the request has no member region that is a string" + notCloudFormation)},
		{"no_account", without("accountId"), failureOf("the request has no member accountId that is a string of 12 digits" + notCloudFormation)},
		{"an_account_that_is_a_number", with("accountId", `123456789012`), failureOf("the request has no member accountId that is a string of 12 digits" + notCloudFormation)},
		{"an_account_of_11_digits", with("accountId", `"12345678901"`), failureOf("the request has no member accountId that is a string of 12 digits" + notCloudFormation)},
		{"an_account_that_is_aws", with("accountId", `"aws"`), failureOf("the request has no member accountId that is a string of 12 digits" + notCloudFormation)},
		{"no_fragment", without("fragment"), failureOf("the request has no member fragment that is a part of a template" + notCloudFormation)},
		{"params_that_are_a_list", with("params", `["hunter2"]`), failureOf("the request has no member params that is an object" + notCloudFormation)},
		{"params_that_are_a_string", with("params", `"hunter2"`), failureOf("the request has no member params that is an object" + notCloudFormation)},
		{"template_parameter_values_that_are_a_list", with("templateParameterValues", `[]`),
			failureOf("the request has no member templateParameterValues that is an object" + notCloudFormation)},

		{"many_members", `{"requestId":"id-1",` + numbered(10_000) + `}`, failureOf("the request has no member region that is a string" + notCloudFormation)},
		{"many_members_before_the_request_id", `{` + numbered(10_001) + `,"requestId":"id-1"}`, failureOf("the request has no member region that is a string" + notCloudFormation)},
		{"too_many_params", with("params", `{`+numbered(10_001)+`}`), failureOf("the request's params has more than 10000 members")},
		{"as_many_params_as_may_be", with("params", `{`+numbered(10_000)+`}`),
			failureOf(`unknown transform parameter "P0"; the transform's parameters are Environment, Project and Revision`)},
		{"too_many_template_parameter_values", with("templateParameterValues", `{`+numbered(10_001)+`}`),
			failureOf("the request's templateParameterValues has more than 10000 members")},

		{"a_fragment_that_is_null", with("fragment", `null`), failureOf("the fragment is not an object" + shapeless)},
		{"a_fragment_that_is_a_list", with("fragment", `[{"Type":"AWS::IAM::Role"}]`), failureOf("the fragment is not an object" + shapeless)},
		{"a_fragment_that_is_a_string", with("fragment", `"hunter2"`), failureOf("the fragment is not an object" + shapeless)},
		{"a_fragment_that_is_a_number", with("fragment", `5`), failureOf("the fragment is not an object" + shapeless)},
		{"a_fragment_that_is_true", with("fragment", `true`), failureOf("the fragment is not an object" + shapeless)},
		{"a_fragment_of_another_kind", with("fragment", `{"Ref":"hunter2"}`), failureOf(noShape)},
		{"a_fragment_with_resources_that_are_a_list", with("fragment", `{"Resources":[]}`), failureOf("Resources is not an object; write it as a map from logical IDs to resources")},
		{"a_fragment_with_resources_that_are_null", with("fragment", `{"Resources":null}`), failureOf("Resources is not an object; write it as a map from logical IDs to resources")},
		{"a_fragment_with_a_type_that_is_no_string", with("fragment", `{"Type":5}`), failureOf(noShape)},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, log := invoke(t, defaults(), registrytest.Values{"/p/dev": devARN}, test.payload)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if got, want := line(t, log)["error"], test.want.ErrorMessage; got != want {
				t.Errorf("got logged error %q, want %q", got, want)
			}
		})
	}
}

// numbered is so many members of an object.
func numbered(count int) string {
	members := make([]string, count)
	for i := range members {
		members[i] = fmt.Sprintf(`"P%d":0`, i)
	}
	return strings.Join(members, ",")
}

func TestOptionalMembersOfARequest(t *testing.T) {
	const envelope = `{"region":"eu-west-1","accountId":"123456789012","requestId":"id-1","fragment":{}`
	settings := defaults()
	settings.Environment.Default = "dev"
	for _, members := range []string{
		``,
		`,"params":null`,
		`,"params":{}`,
		`,"templateParameterValues":null`,
		`,"templateParameterValues":{"env":"NONE","number":5,"list":["a"]}`,
		`,"transformId":"123456789012::AmplifyBoundary","stackId":"x"`,
		`,"transformId":5`,
	} {
		got, _ := invoke(t, settings, registrytest.Values{"/p/dev": devARN}, envelope+members+`}`)
		if diff := cmp.Diff(successOf(`"`+devARN+`"`), got); diff != "" {
			t.Errorf("%s: %s", members, diff)
		}
	}
}

func TestMessagesSpeakOfTheMacroByTheNameOfTheRequest(t *testing.T) {
	for id, want := range map[string]string{
		`"123456789012::Bounds"`:                           "Bounds",
		`"123456789012::My-Bounds_2.0"`:                    "My-Bounds_2.0",
		`"Bounds"`:                                         "AmplifyBoundary",
		`"123456789012::"`:                                 "AmplifyBoundary",
		`"123456789012::bad name"`:                         "AmplifyBoundary",
		`"123456789012::` + strings.Repeat("n", 129) + `"`: "AmplifyBoundary",
		`5`:    "AmplifyBoundary",
		`null`: "AmplifyBoundary",
	} {
		payload := `{"region":"eu-west-1","accountId":"123456789012","requestId":"id-1","fragment":[],"transformId":` + id + `}`
		got, log := invoke(t, defaults(), registrytest.Values{}, payload)
		if part := "; declare " + want + " in the template's Transform section"; !strings.Contains(got.ErrorMessage, part) {
			t.Errorf("%s: got %q, want %q in it", id, got.ErrorMessage, part)
		}
		if got := line(t, log)["macro"]; got != want {
			t.Errorf("%s: got macro %v in the log, want %s", id, got, want)
		}
	}
}

func TestDepthOfNesting(t *testing.T) {
	nested := func(levels int) string { // of the whole request, of which the fragment is at the third level
		lists := levels - 3
		return ofDev(`{"Resources":{},"Metadata":{"deep":` + strings.Repeat("[", lists) + strings.Repeat("]", lists) + `}}`)
	}
	for levels, passes := range map[int]bool{9_000: true, 10_000: true, 10_001: false, 20_000: false} {
		got, _ := invoke(t, defaults(), registrytest.Values{"/p/dev": devARN}, nested(levels))
		if want := map[bool]string{true: "success", false: "failure"}[passes]; got.Status != want {
			t.Errorf("%d levels: got %s (%.200s), want %s", levels, got.Status, got.ErrorMessage, want)
		}
		if want := "it is nested more than 10,000 levels deep"; !passes && !strings.HasSuffix(got.ErrorMessage, want) {
			t.Errorf("%d levels: got %q, want %q at its end", levels, got.ErrorMessage, want)
		}
	}
}

// Lambda would drop a longer answer, and CloudFormation would say no more than that it got none.
func TestTheAnswerKeepsLambdasLimit(t *testing.T) {
	const role = `{"Description":"%s","Resources":{"Role":{"Type":"AWS::IAM::Role","Properties":{%s}}}}`
	const limit = 6 << 20
	around := len(`{"requestId":"id-1","status":"success","fragment":}`) + len(fmt.Sprintf(role, "", `"PermissionsBoundary":"`+devARN+`"`))
	for _, test := range []struct {
		size int
		want string // of the failure
	}{
		{limit - 1, ""},
		{limit, ""},
		{limit + 1, "the answer would have 6291457 bytes, more than the 6291456 that Lambda passes on; split the template"},
	} {
		description := strings.Repeat("d", test.size-around)
		got, log := invoke(t, defaults(), registrytest.Values{"/p/dev": devARN}, ofDev(fmt.Sprintf(role, description, "")))
		want := failureOf(test.want)
		if test.want == "" {
			want = successOf(fmt.Sprintf(role, description, `"PermissionsBoundary":"`+devARN+`"`))
		}
		if got.Status != want.Status || got.ErrorMessage != want.ErrorMessage || !bytes.Equal(got.Fragment, want.Fragment) {
			t.Errorf("%d bytes: got %s (%s, %d bytes of fragment), want %s (%s, %d bytes)",
				test.size, got.Status, got.ErrorMessage, len(got.Fragment), want.Status, want.ErrorMessage, len(want.Fragment))
		}
		if got := line(t, log)["status"]; got != want.Status {
			t.Errorf("%d bytes: got status %v in the log, want %s", test.size, got, want.Status)
		}
	}
}

func TestAMessageHasAtMost4000Characters(t *testing.T) {
	fault := errors.New(strings.Repeat("é", 5000))
	got, log := invoke(t, defaults(), registrytest.Func(func(context.Context, []string) (map[string]string, error) { return nil, fault }), ofDev(oneRole))
	want := strings.Repeat("é", 3999) + "…"
	if got.ErrorMessage != want {
		t.Errorf("got %d characters, want %d", len([]rune(got.ErrorMessage)), len([]rune(want)))
	}
	if got := line(t, log)["error"]; got != want {
		t.Error("the log holds another message")
	}
}

// An answer of Parameter Store, or of a stand-in, can have bytes that are not UTF-8.
func TestAMessageIsUTF8(t *testing.T) {
	source := registrytest.Func(func(context.Context, []string) (map[string]string, error) { return nil, errors.New("odd \xff answer") })
	got, _ := invoke(t, defaults(), source, ofDev(oneRole))
	if diff := cmp.Diff(failureOf("odd \uFFFD answer"), got); diff != "" {
		t.Error(diff)
	}
}

// A source that hears that its time is up leaves the handler the time to answer.
func TestWorkEndsBeforeTheDeadline(t *testing.T) {
	for _, test := range []struct{ limit, kept time.Duration }{
		{30 * time.Second, time.Second},
		{4 * time.Second, time.Second},
		{2 * time.Second, 500 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), test.limit)
			defer cancel()
			end, _ := ctx.Deadline()
			var kept time.Duration
			source := registrytest.Func(func(ctx context.Context, names []string) (map[string]string, error) {
				deadline, _ := ctx.Deadline()
				kept = end.Sub(deadline)
				return registrytest.Values{"/p/dev": devARN}.Values(ctx, names)
			})
			if _, err := NewHandler(defaults(), source, nil, new(bytes.Buffer)).Invoke(ctx, []byte(ofDev(oneRole))); err != nil {
				t.Fatal(err)
			}
			if kept != test.kept {
				t.Errorf("of %v, got %v kept for the answer, want %v", test.limit, kept, test.kept)
			}
		})
	}
}

func TestASourceThatWaitsForItsContextIsAnsweredForInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		source := registrytest.Func(func(ctx context.Context, _ []string) (map[string]string, error) {
			<-ctx.Done()
			return nil, errors.New("no answer in time")
		})
		body, err := NewHandler(defaults(), source, nil, new(bytes.Buffer)).Invoke(ctx, []byte(ofDev(oneRole)))
		if err != nil {
			t.Fatal(err)
		}
		if err := ctx.Err(); err != nil {
			t.Errorf("the deadline passed before the answer: %v", err)
		}
		if got, want := string(body), `{"requestId":"id-1","status":"failure","errorMessage":"no answer in time"}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestAPanicIsAnsweredWithAFailure(t *testing.T) {
	for name, source := range map[string]registrytest.Func{
		"a string": func(context.Context, []string) (map[string]string, error) { panic("hunter2") },
		"an error": func(context.Context, []string) (map[string]string, error) { panic(errors.New("hunter2")) },
		"nil":      func(context.Context, []string) (map[string]string, error) { panic(nil) },
		"a fault of the runtime": func(_ context.Context, names []string) (map[string]string, error) {
			return map[string]string{names[len(names)]: "hunter2"}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, log := invoke(t, defaults(), source, ofDev(oneRole))
			want := failureOf("internal error; please report it with the stack in the function's log")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			if strings.Contains(log, "hunter2") {
				t.Errorf("the log repeats the panic's value: %s", log)
			}
			stack, _ := line(t, log)["stack"].(string)
			if want := "macro.Transform("; !strings.Contains(stack, want) {
				t.Errorf("got stack %q, want %s in it", stack, want)
			}
		})
	}
}

func TestAHandlerGoesOnAfterAPanic(t *testing.T) {
	calls := 0
	source := registrytest.Func(func(ctx context.Context, names []string) (map[string]string, error) {
		if calls++; calls == 1 {
			panic("once")
		}
		return registrytest.Values{"/p/dev": devARN}.Values(ctx, names)
	})
	handler := NewHandler(defaults(), source, nil, new(bytes.Buffer))
	for _, want := range []string{"failure", "success"} {
		body, err := handler.Invoke(t.Context(), []byte(ofDev(oneRole)))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(body, []byte(`{"requestId":"id-1","status":"`+want+`"`)) {
			t.Errorf("got %s, want %s", body, want)
		}
	}
}

func TestEachInvocationReadsTheCurrentValue(t *testing.T) {
	values := registrytest.Values{"/p/dev": devARN}
	handler := NewHandler(defaults(), values, nil, new(bytes.Buffer))
	for _, want := range []string{devARN, otherARN} {
		values["/p/dev"] = want
		body, err := handler.Invoke(t.Context(), []byte(ofDev(`{}`)))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := string(body), `{"requestId":"id-1","status":"success","fragment":"`+want+`"}`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestLogLine(t *testing.T) {
	const fragment = `{"Resources":{
		"Bare":{"Type":"AWS::IAM::Role"},
		"Other":{"Type":"AWS::IAM::Role","Properties":{"PermissionsBoundary":"` + otherARN + `"}},
		"Same":{"Type":"AWS::IAM::Role","Properties":{"PermissionsBoundary":"` + devARN + `"}},
		"Nested":{"Type":"AWS::CloudFormation::Stack"},
		"Thing":{"Type":"Custom::Thing"},
		"User":{"Type":"AWS::IAM::User"},
		"Topic":{"Type":"AWS::SNS::Topic"}}}`
	common := func(own map[string]any) map[string]any {
		values := map[string]any{
			"level": "INFO", "msg": "transform", "status": "success", "requestId": "id-1", "account": "123456789012", "region": "eu-west-1",
			"macro": "AmplifyBoundary", "shape": "template", "project": "", "environment": "dev", "environmentSource": "transform parameter Environment",
			"noEnvironmentNeeded": false, "parameter": "/p/dev", "fallback": false, "boundary": devARN,
			"bounded": []any{}, "boundedCount": 0.0, "replaced": []any{}, "replacedCount": 0.0,
			"kept": []any{}, "keptCount": 0.0, "same": []any{}, "sameCount": 0.0,
			"nestedStacks": []any{}, "nestedStacksCount": 0.0, "outOfSight": []any{}, "outOfSightCount": 0.0, "unboundedUsers": []any{}, "unboundedUsersCount": 0.0,
		}
		for name, value := range own {
			values[name] = value
		}
		return values
	}
	keeping := defaults()
	keeping.Existing = transform.Keep
	reporting := defaults()
	reporting.Mode = Report
	for _, test := range []struct {
		name     string
		settings Settings
		source   registrytest.Values
		payload  string
		want     map[string]any
	}{
		{"bounded", defaults(), registrytest.Values{"/p/dev": devARN}, ofDev(oneRole), common(map[string]any{"bounded": []any{"Role"}, "boundedCount": 1.0})},
		{"replaced_with_roles_out_of_sight", defaults(), registrytest.Values{"/p/dev": devARN}, ofDev(fragment), common(map[string]any{"level": "WARN",
			"bounded": []any{"Bare"}, "boundedCount": 1.0, "replaced": []any{"Other"}, "replacedCount": 1.0, "same": []any{"Same"}, "sameCount": 1.0,
			"nestedStacks": []any{"Nested"}, "nestedStacksCount": 1.0, "outOfSight": []any{"Thing (Custom::Thing)"}, "outOfSightCount": 1.0,
			"unboundedUsers": []any{"User"}, "unboundedUsersCount": 1.0})},
		{"kept", keeping, registrytest.Values{"/p/dev": devARN}, ofDev(fragment), common(map[string]any{"level": "WARN",
			"bounded": []any{"Bare"}, "boundedCount": 1.0, "kept": []any{"Other"}, "keptCount": 1.0, "same": []any{"Same"}, "sameCount": 1.0,
			"nestedStacks": []any{"Nested"}, "nestedStacksCount": 1.0, "outOfSight": []any{"Thing (Custom::Thing)"}, "outOfSightCount": 1.0,
			"unboundedUsers": []any{"User"}, "unboundedUsersCount": 1.0})},
		{"roles_out_of_sight_are_no_warning", defaults(), registrytest.Values{"/p/dev": devARN}, ofDev(`{"Resources":{"Thing":{"Type":"Custom::Thing"},"User":{"Type":"AWS::IAM::User"}}}`),
			common(map[string]any{"outOfSight": []any{"Thing (Custom::Thing)"}, "outOfSightCount": 1.0, "unboundedUsers": []any{"User"}, "unboundedUsersCount": 1.0})},
		{"nothing_to_bound", defaults(), registrytest.Values{}, request(`{"Resources":{"Topic":{"Type":"AWS::SNS::Topic"}}}`, `{}`, `{}`),
			common(map[string]any{"noEnvironmentNeeded": true, "environment": "", "environmentSource": "", "parameter": "", "boundary": ""})},
		{"reported", reporting, registrytest.Values{"/p/dev": devARN}, ofDev(oneRole), common(map[string]any{"status": "report", "bounded": []any{"Role"}, "boundedCount": 1.0})},
		{"reported_failure", reporting, registrytest.Values{}, ofDev(oneRole), common(map[string]any{"level": "ERROR", "status": "report", "parameter": "", "boundary": "",
			"error": "environment dev has no boundary: no SSM parameter found (looked up /p/dev, /p/_default); add one with: amplify-boundary env add dev --prefix /p"})},
		{"snippet", defaults(), registrytest.Values{"/p/dev": devARN}, ofDev(`{"Type":"AWS::IAM::Role"}`), common(map[string]any{"shape": "resource", "boundedCount": 1.0})},
		{"fallen_back", defaults(), registrytest.Values{"/p/shop/_default": devARN}, request(`{}`, `{"Project":"shop"}`, `{"env":"dev"}`), common(map[string]any{
			"level": "WARN", "shape": "boundary", "project": "shop", "environmentSource": "template parameter env", "parameter": "/p/shop/_default", "fallback": true})},
		{"none", defaults(), registrytest.Values{"/p/dev": "none"}, ofDev(oneRole), common(map[string]any{"boundary": "none"})},
		{"not_found", defaults(), registrytest.Values{}, ofDev(oneRole), common(map[string]any{"level": "ERROR", "status": "failure", "parameter": "", "boundary": "",
			"error": "environment dev has no boundary: no SSM parameter found (looked up /p/dev, /p/_default); add one with: amplify-boundary env add dev --prefix /p"})},
		{"faults_of_resources", defaults(), registrytest.Values{"/p/dev": devARN}, ofDev(`{"Resources":{"A":{"Type":"AWS::Serverless::Function"}}}`),
			common(map[string]any{"level": "ERROR", "status": "failure",
				"error": "AmplifyBoundary cannot set the permissions boundary on every role (A: AWS::Serverless::Function); list AmplifyBoundary after AWS::Serverless-2016-10-31: SAM creates roles later"})},
		{"a_malformed_request", defaults(), registrytest.Values{}, `[]`, common(map[string]any{"level": "ERROR", "status": "failure", "error": "the request is not an object",
			"requestId": "", "account": "", "region": "", "shape": "", "environment": "", "environmentSource": "", "parameter": "", "boundary": ""})},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, log := invoke(t, test.settings, test.source, test.payload)
			got := line(t, log)
			if _, err := time.Parse(time.RFC3339Nano, fmt.Sprint(got["time"])); err != nil {
				t.Errorf("got time %v: %v", got["time"], err)
			}
			if took, ok := got["durationMs"].(float64); !ok || took < 0 || took > 10_000 {
				t.Errorf("got durationMs %v", got["durationMs"])
			}
			delete(got, "time")
			delete(got, "durationMs")
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestLogLevelChoosesTheLines(t *testing.T) {
	cases := []struct {
		name   string
		source registrytest.Values
	}{
		{"a_success", registrytest.Values{"/p/dev": devARN}},
		{"a_fall_back", registrytest.Values{"/p/_default": devARN}},
		{"a_failure", registrytest.Values{}},
	}
	for level, want := range map[slog.Level][]string{
		slog.LevelDebug: {"a_success", "a_fall_back", "a_failure"},
		slog.LevelInfo:  {"a_success", "a_fall_back", "a_failure"},
		slog.LevelWarn:  {"a_fall_back", "a_failure"},
		slog.LevelError: {"a_failure"},
	} {
		settings := defaults()
		settings.LogLevel = level
		var got []string
		for _, c := range cases {
			if _, log := invoke(t, settings, c.source, ofDev(oneRole)); log != "" {
				line(t, log)
				got = append(got, c.name)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v: %s", level, diff)
		}
	}
}

func TestSettingsDecideTheAnswer(t *testing.T) {
	const (
		existing = `{"Resources":{"Role":{"Type":"AWS::IAM::Role","Properties":{"PermissionsBoundary":"%s"}}}}`
		user     = `{"Resources":{"User":{"Type":"AWS::IAM::User"%s}}}`
	)
	for _, test := range []struct {
		name    string
		change  func(*Settings)
		source  registrytest.Values
		payload string
		want    response
	}{
		{"PARAMETER_PREFIX", func(s *Settings) { s.ParameterPrefix = "/org/bounds" },
			registrytest.Values{"/org/bounds/dev": devARN, "/p/dev": otherARN}, ofDev(`{}`), successOf(`"` + devARN + `"`)},

		{"ENVIRONMENT", func(s *Settings) { s.Environment = environment.Settings{Fixed: "prod"} },
			registrytest.Values{"/p/prod": devARN}, request(`{}`, `{}`, `{}`), successOf(`"` + devARN + `"`)},
		{"environment_another_named", func(s *Settings) { s.Environment = environment.Settings{Fixed: "prod"} },
			registrytest.Values{"/p/prod": devARN, "/p/dev": otherARN}, ofDev(`{}`),
			failureOf("the template names environment dev (transform parameter Environment), but this account accepts only environment prod (setting ENVIRONMENT); " +
				"deploy the stack in dev's account, or remove the name")},
		{"PROJECT", func(s *Settings) { s.Environment.Project = "shop" },
			registrytest.Values{"/p/shop/dev": devARN, "/p/dev": otherARN}, ofDev(`{}`), successOf(`"` + devARN + `"`)},
		{"project_unset_under_environment", func(s *Settings) { s.Environment.Fixed = "prod" },
			registrytest.Values{"/p/sandbox/_default": "none", "/p/prod": devARN}, request(`{}`, `{"Project":"sandbox"}`, `{}`),
			failureOf("the template names project sandbox (transform parameter Project), but the environment is fixed to prod (setting ENVIRONMENT), " +
				"and a project's boundaries would take precedence; remove the project, or ask the operator to set PROJECT to sandbox, or to * for any project")},
		{"project_any_under_environment", func(s *Settings) { s.Environment = environment.Settings{Fixed: "prod", Project: "*"} },
			registrytest.Values{"/p/sandbox/_default": otherARN, "/p/prod": devARN}, request(`{}`, `{"Project":"sandbox"}`, `{}`), successOf(`"` + otherARN + `"`)},
		{"DEFAULT_ENVIRONMENT", func(s *Settings) { s.Environment = environment.Settings{Default: "shared"} },
			registrytest.Values{"/p/shared": devARN}, request(`{}`, `{}`, `{}`), successOf(`"` + devARN + `"`)},
		{"default_environment_another_named", func(s *Settings) { s.Environment = environment.Settings{Default: "shared"} },
			registrytest.Values{"/p/shared": otherARN, "/p/dev": devARN}, ofDev(`{}`), successOf(`"` + devARN + `"`)},

		{"allow_none_true", func(s *Settings) { s.AllowNone = true },
			registrytest.Values{"/p/dev": "none"}, ofDev(oneRole), successOf(oneRole)},
		{"allow_none_true_for_what_would_be_refused_else", func(s *Settings) { s.AllowNone = true; s.Existing = transform.Reject },
			registrytest.Values{"/p/dev": " none\n"}, ofDev(`{"Resources":{"F":{"Type":"AWS::Serverless::Function"},"G":{},"H":{"Type":"AWS::IAM::Role","Properties":{"PermissionsBoundary":"x"}}}}`),
			successOf(`{"Resources":{"F":{"Type":"AWS::Serverless::Function"},"G":{},"H":{"Type":"AWS::IAM::Role","Properties":{"PermissionsBoundary":"x"}}}}`)},
		{"allow_none_true_for_a_boundary_alone", func(s *Settings) { s.AllowNone = true },
			registrytest.Values{"/p/dev": "none"}, ofDev(`{}`), successOf(`{"Ref":"AWS::NoValue"}`)},
		{"allow_none_true_for_no_fragment_known", func(s *Settings) { s.AllowNone = true },
			registrytest.Values{"/p/dev": "none"}, ofDev(`{"a":1}`),
			failureOf("the fragment is neither a template, a map of resources, a resource, nor a role's properties; declare AmplifyBoundary in the template's Transform section, " +
				"or by Fn::Transform in Resources, in one resource, in a role's Properties, or as its PermissionsBoundary")},
		{"allow_none_false", func(s *Settings) { s.AllowNone = false },
			registrytest.Values{"/p/dev": "none"}, ofDev(oneRole),
			failureOf("SSM parameter /p/dev says none, but every environment must have a boundary here (setting ALLOW_NONE); correct it with: amplify-boundary env update dev --prefix /p")},
		{"allow_none_false_for_an_arn", func(s *Settings) { s.AllowNone = false },
			registrytest.Values{"/p/dev": devARN}, ofDev(`{}`), successOf(`"` + devARN + `"`)},

		{"existing_boundary_replace", func(s *Settings) { s.Existing = transform.Replace },
			registrytest.Values{"/p/dev": devARN}, ofDev(fmt.Sprintf(existing, otherARN)), successOf(fmt.Sprintf(existing, devARN))},
		{"existing_boundary_keep", func(s *Settings) { s.Existing = transform.Keep },
			registrytest.Values{"/p/dev": devARN}, ofDev(fmt.Sprintf(existing, otherARN)), successOf(fmt.Sprintf(existing, otherARN))},
		{"existing_boundary_reject", func(s *Settings) { s.Existing = transform.Reject },
			registrytest.Values{"/p/dev": devARN}, ofDev(fmt.Sprintf(existing, otherARN)),
			failureOf("AmplifyBoundary cannot set the permissions boundary on every role (Role: another PermissionsBoundary); remove PermissionsBoundary: AmplifyBoundary sets it")},
		{"existing_boundary_reject_for_the_same", func(s *Settings) { s.Existing = transform.Reject },
			registrytest.Values{"/p/dev": devARN}, ofDev(fmt.Sprintf(existing, devARN)), successOf(fmt.Sprintf(existing, devARN))},

		{"bound_users_false", func(s *Settings) { s.BoundUsers = false },
			registrytest.Values{"/p/dev": devARN}, ofDev(fmt.Sprintf(user, "")), successOf(fmt.Sprintf(user, ""))},
		{"bound_users_true", func(s *Settings) { s.BoundUsers = true },
			registrytest.Values{"/p/dev": devARN}, ofDev(fmt.Sprintf(user, "")),
			successOf(`{"Resources":{"User":{"Properties":{"PermissionsBoundary":"` + devARN + `"},"Type":"AWS::IAM::User"}}}`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			settings := defaults()
			test.change(&settings)
			got, _ := invoke(t, settings, test.source, test.payload)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// fixedAccount holds two environments, and fixes the account of [request] to one.
func fixedAccount() registrytest.Values {
	return registrytest.Values{"/p/dev": devARN, "/p/prod": otherARN, "/p/_account/123456789012": "prod"}
}

func TestInvokeInAnAccountFixedToAnEnvironment(t *testing.T) {
	bounded := successOf(strings.Replace(oneRole, `{"Path"`, `{"PermissionsBoundary":"`+otherARN+`","Path"`, 1))
	const source = "SSM parameter /p/_account/123456789012"
	for name, test := range map[string]struct {
		fragment, params string
		settings         func(*Settings)
		want             response
	}{
		"no_name":   {oneRole, `{}`, func(*Settings) {}, bounded},
		"same_name": {oneRole, `{"Environment":"prod"}`, func(*Settings) {}, bounded},
		"default":   {oneRole, `{}`, func(s *Settings) { s.Environment.Default = "dev" }, bounded},
		"other_name": {oneRole, `{"Environment":"dev"}`, func(*Settings) {}, failureOf("the template names environment dev (transform parameter Environment), " +
			"but this account accepts only environment prod (" + source + "); deploy the stack in dev's account, or remove the name")},
		"project": {oneRole, `{"Project":"shop"}`, func(*Settings) {}, failureOf("the template names project shop (transform parameter Project), " +
			"but the environment is fixed to prod (" + source + "), and a project's boundaries would take precedence; remove the project, or ask the operator to set PROJECT to shop, or to * for any project")},
		"nothing_to_bound": {`{"Resources":{}}`, `{}`, func(*Settings) {}, successOf(`{"Resources":{}}`)},
	} {
		t.Run(name, func(t *testing.T) {
			settings := defaults()
			test.settings(&settings)
			got, log := invoke(t, settings, fixedAccount(), request(test.fragment, test.params, `{}`))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if test.want.Status == "success" && name != "nothing_to_bound" {
				if got := line(t, log)["environmentSource"]; got != source {
					t.Errorf("got environmentSource %v, want %s", got, source)
				}
			}
		})
	}
}

func TestInvokeAsksOnceWhereTheTemplateNamesItsEnvironment(t *testing.T) {
	for name, test := range map[string]struct {
		params string
		want   int
	}{
		"named":     {`{"Environment":"prod"}`, 1},
		"not_named": {`{}`, 2},
	} {
		t.Run(name, func(t *testing.T) {
			requests := 0
			source := registrytest.Func(func(ctx context.Context, names []string) (map[string]string, error) {
				requests++
				return fixedAccount().Values(ctx, names)
			})
			invoke(t, defaults(), source, request(oneRole, test.params, `{}`))
			if requests != test.want {
				t.Errorf("got %d requests, want %d", requests, test.want)
			}
		})
	}
}
