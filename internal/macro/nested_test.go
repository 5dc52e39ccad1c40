package macro

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/test/registrytest"
	"amplify-boundary/transform"
)

// memoryStore holds the templates of nested stacks by bucket and key, and counts what is asked of it.
type memoryStore struct {
	templates map[string]string

	mutex  sync.Mutex
	calls  int
	copies map[string]string
}

func (m *memoryStore) Read(_ context.Context, location nested.Location) ([]byte, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.calls++
	text, found := m.templates[location.String()]
	if !found {
		return nil, errors.New("nothing there")
	}
	return []byte(text), nil
}

func (m *memoryStore) Write(_ context.Context, name string, copied []byte) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.calls++
	if m.copies == nil {
		m.copies = make(map[string]string)
	}
	m.copies[name] = string(copied)
	return nil
}

func (m *memoryStore) URL(_ context.Context, name string) (string, error) {
	return "https://copies.s3.eu-west-1.amazonaws.com/" + name, nil
}

const (
	withStack    = `{"Resources":{"Role":{"Type":"AWS::IAM::Role","Properties":{"Path":"/"}},"Child":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":{"Fn::Sub":"https://${Bucket}.s3.${AWS::Region}.amazonaws.com/a.json"}}}}}`
	stackAlone   = `{"Resources":{"Child":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":"https://assets.s3.amazonaws.com/a.json"}}}}`
	bucketIsSet  = `{"Bucket":"assets"}`
	stacksOfDev  = `{"Environment":"dev","Project":"shop"}`
	undeclared   = `{"Resources":{}}`
	declaredLast = `{"Transform":["AWS::LanguageExtensions","AmplifyBoundary"],"Resources":{}}`
)

func nestedSettings(mode nested.Mode) Settings {
	s := defaults()
	s.NestedStacks = mode
	return s
}

func TestInvokeBoundsNestedStacks(t *testing.T) {
	store := &memoryStore{templates: map[string]string{"assets/a.json": undeclared}}
	source := registrytest.Values{"/p/shop/dev": devARN}
	got, log := invokeWith(t, nestedSettings(nested.Bound), source, store, request(withStack, stacksOfDev, bucketIsSet))
	var name string
	for copied, text := range store.copies {
		name = copied
		for _, want := range []string{`"Transform"`, `"AmplifyBoundary"`, `"Environment"`, `"dev"`, `"Project"`, `"shop"`} {
			if !strings.Contains(text, want) {
				t.Errorf("the copy has no %s: %s", want, text)
			}
		}
	}
	want := successOf(strings.NewReplacer(
		`"Path"`, `"PermissionsBoundary":"`+devARN+`","Path"`,
		`{"Fn::Sub":"https://${Bucket}.s3.${AWS::Region}.amazonaws.com/a.json"}`, `"https://copies.s3.eu-west-1.amazonaws.com/`+name+`"`).Replace(withStack))
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	values := line(t, log)
	wantList := []any{map[string]any{"logicalId": "Child", "action": "copied", "bucket": "assets", "key": "a.json", "copy": name}}
	if diff := cmp.Diff(wantList, values["nestedTemplates"]); diff != "" || values["level"] != "INFO" || values["nestedTemplatesCount"] != 1.0 {
		t.Errorf("got level %v, count %v (-want +got):\n%s", values["level"], values["nestedTemplatesCount"], diff)
	}
}

// What decides on what becomes of a nested stack's roles and users leads to another copy, so that CloudFormation
// visits it.
func TestInvokeNamesCopiesByTheSettings(t *testing.T) {
	keep, users := nestedSettings(nested.Bound), nestedSettings(nested.Bound)
	keep.Existing, users.BoundUsers = transform.Keep, true
	store := &memoryStore{templates: map[string]string{"assets/a.json": undeclared}}
	for i, settings := range []Settings{nestedSettings(nested.Bound), keep, users, keep} {
		invokeWith(t, settings, registrytest.Values{"/p/dev": devARN}, store, request(withStack, `{"Environment":"dev"}`, bucketIsSet))
		if want := min(i+1, 3); len(store.copies) != want {
			t.Errorf("after %d requests: got %d copies, want %d", i+1, len(store.copies), want)
		}
	}
}

func TestInvokeRequiresTheDeclaration(t *testing.T) {
	source := registrytest.Values{"/p/dev": devARN}
	store := &memoryStore{templates: map[string]string{"assets/a.json": undeclared}}
	payload := request(withStack, `{"Environment":"dev"}`, bucketIsSet)
	got, log := invokeWith(t, nestedSettings(nested.Require), source, store, payload)
	want := failureOf("AmplifyBoundary cannot set the permissions boundary on every role (Child (AWS::CloudFormation::Stack): it does not declare the macro [assets/a.json]); " +
		"declare the macro in it: amplify-boundary declare FILE")
	if diff := cmp.Diff(want, got); diff != "" || line(t, log)["level"] != "ERROR" {
		t.Errorf("-want +got:\n%s", diff)
	}

	store.templates["assets/a.json"] = declaredLast
	got, log = invokeWith(t, nestedSettings(nested.Require), source, store, payload)
	if want := successOf(strings.Replace(withStack, `"Path"`, `"PermissionsBoundary":"`+devARN+`","Path"`, 1)); !cmp.Equal(want, got) {
		t.Errorf("-want +got:\n%s", cmp.Diff(want, got))
	}
	wantList := []any{map[string]any{"logicalId": "Child", "action": "declares", "bucket": "assets", "key": "a.json", "copy": ""}}
	if diff := cmp.Diff(wantList, line(t, log)["nestedTemplates"]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if store.copies != nil {
		t.Errorf("wrote %v", store.copies)
	}
}

// Nothing is read or written in vain.
func TestInvokeLeavesNestedStacksAlone(t *testing.T) {
	report := nestedSettings(nested.Bound)
	report.Mode = Report
	broken := strings.Replace(withStack, `"AWS::IAM::Role"`, `"AWS::Serverless::Function"`, 1)
	for name, test := range map[string]struct {
		settings Settings
		fragment string
		value    string
		want     string
		level    string
	}{
		"ignore":            {nestedSettings(nested.Ignore), withStack, devARN, "success", "WARN"},
		"none":              {nestedSettings(nested.Bound), withStack, "none", "success", "WARN"},
		"report":            {report, withStack, devARN, "success", "WARN"},
		"report_of_a_fault": {report, broken, devARN, "success", "ERROR"},
		"fault_first":       {nestedSettings(nested.Bound), broken, devARN, "failure", "ERROR"},
	} {
		t.Run(name, func(t *testing.T) {
			store := &memoryStore{templates: map[string]string{"assets/a.json": undeclared}}
			got, log := invokeWith(t, test.settings, registrytest.Values{"/p/dev": test.value}, store, request(test.fragment, `{"Environment":"dev"}`, bucketIsSet))
			values := line(t, log)
			if got.Status != test.want || store.calls != 0 || values["level"] != test.level || values["nestedTemplatesCount"] != nil {
				t.Errorf("got %s after %d calls, level %v, %v processed", got.Status, store.calls, values["level"], values["nestedTemplatesCount"])
			}
		})
	}
}

// A nested stack that the macro processes needs an environment, as a role does.
func TestInvokeNestedStackNeedsAnEnvironment(t *testing.T) {
	for mode, want := range map[nested.Mode]string{nested.Ignore: "success", nested.Require: "failure", nested.Bound: "failure"} {
		got, _ := invokeWith(t, nestedSettings(mode), registrytest.Values{}, &memoryStore{}, request(stackAlone, `{}`, `{}`))
		if got.Status != want {
			t.Errorf("%s: got %s %s, want %s", mode, got.Status, got.ErrorMessage, want)
		}
	}
}

func TestInvokeWithoutTemplatesRefusesNestedStacks(t *testing.T) {
	got, _ := invoke(t, nestedSettings(nested.Bound), registrytest.Values{"/p/dev": devARN}, ofDev(stackAlone))
	if diff := cmp.Diff(failureOf("the templates of nested stacks cannot be read here; set NESTED_STACKS to ignore"), got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestInvokeKeepsSignaturesSecret(t *testing.T) {
	const url = `"https://assets.s3.amazonaws.com/a.json?X-Amz-Algorithm=A&X-Amz-Signature=hunter2"`
	fragment := strings.Replace(stackAlone, `"https://assets.s3.amazonaws.com/a.json"`, url, 1)
	for name, templates := range map[string]map[string]string{"success": {"assets/a.json": undeclared}, "failure": nil} {
		got, log := invokeWith(t, nestedSettings(nested.Bound), registrytest.Values{"/p/dev": devARN}, &memoryStore{templates: templates}, ofDev(fragment))
		if got.Status != name || strings.Contains(log, "hunter2") || strings.Contains(got.ErrorMessage, "hunter2") || strings.Contains(string(got.Fragment), "hunter2") {
			t.Errorf("got %+v\n%s", got, log)
		}
	}
}
