package guard

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/awsapi/compliance"
	"amplify-boundary/internal/registry"
)

// fakeAccount has stacks by the names of their roles, and identities by their names. It records what it is asked.
type fakeAccount struct {
	stacks     map[string]string
	identities map[string]compliance.Identity
	err        error // of every call, except the report
	reportErr  error

	calls    []string
	token    string
	reported []compliance.Evaluation
}

func (a *fakeAccount) StackOf(_ context.Context, resourceType, name string) (string, error) {
	a.calls = append(a.calls, "StackOf "+resourceType+" "+name)
	return a.stacks[name], a.err
}

func (a *fakeAccount) Identity(_ context.Context, resourceType, name string) (compliance.Identity, bool, error) {
	a.calls = append(a.calls, "Identity "+resourceType+" "+name)
	found, exists := a.identities[name]
	return found, exists, a.err
}

func (a *fakeAccount) Report(_ context.Context, token string, e compliance.Evaluation) error {
	a.token = token
	a.reported = append(a.reported, e)
	return a.reportErr
}

// change is an event about an item that changed; members replace those of the item.
func change(members map[string]any) string {
	return message("ConfigurationItemChangeNotification", "configurationItem", members)
}

func message(messageType, member string, members map[string]any) string {
	item := map[string]any{
		"resourceType": "AWS::IAM::Role", "resourceId": "AROA", "resourceName": "orders", "awsAccountId": account, "awsRegion": "global",
		"configurationItemStatus": "OK", "configurationItemCaptureTime": "2026-10-05T08:15:30.123Z",
		"configuration": map[string]any{"path": "/", "roleName": "orders"},
	}
	for name, value := range members {
		item[name] = value
	}
	invoking, _ := json.Marshal(map[string]any{"messageType": messageType, member: item})
	event, _ := json.Marshal(map[string]any{
		"invokingEvent": string(invoking), "resultToken": "token", "eventLeftScope": members["eventLeftScope"] == true, "accountId": account,
		"configRuleArn": "arn:aws:config:eu-west-1:" + account + ":config-rule/config-rule-a1b2c3",
	})
	return string(event)
}

// recorded is the configuration of a role with a boundary.
func recorded(path, boundary string) map[string]any {
	if boundary == "" {
		return map[string]any{"path": path, "permissionsBoundary": nil}
	}
	return map[string]any{"path": path, "permissionsBoundary": map[string]any{"permissionsBoundaryType": "PermissionsBoundaryPolicy", "permissionsBoundaryArn": boundary}}
}

func bounded(boundary string) map[string]any {
	return map[string]any{"configuration": recorded("/", boundary)}
}

// evaluate returns what the rule reports about an event, and its error. It must be the same if the registry is read in
// parts.
func evaluate(t *testing.T, variables map[string]string, h Hierarchy, a *fakeAccount, payload string) (*compliance.Evaluation, error) {
	t.Helper()
	got, err := evaluateOnce(t, variables, h, a, payload)
	if whole, ok := h.(hierarchy); ok {
		again := *a
		parts, partsErr := evaluateOnce(t, variables, inParts{whole}, &again, payload)
		if diff := cmp.Diff(got, parts); diff != "" || (err == nil) != (partsErr == nil) {
			t.Errorf("the registry read in parts (-whole +parts):\n%s%v, %v", diff, err, partsErr)
		}
	}
	return got, err
}

func evaluateOnce(t *testing.T, variables map[string]string, h Hierarchy, a *fakeAccount, payload string) (*compliance.Evaluation, error) {
	t.Helper()
	a.reported = nil
	var log strings.Builder
	response, err := NewHandler(settings(t, variables), h, a, "eu-west-1", &log).Invoke(t.Context(), []byte(payload))
	if strings.Contains(fmt.Sprint(string(response), err, log.String()), "hunter2") {
		t.Errorf("a secret is shown: %s, %v, %s", response, err, log.String())
	}
	if !strings.Contains(log.String(), `"msg":"rule"`) {
		t.Errorf("got the log %s, want one line of the rule", log.String())
	}
	if len(a.reported) == 0 {
		return nil, err
	}
	if len(a.reported) > 1 || a.token != "token" {
		t.Errorf("got %d reports, token %q", len(a.reported), a.token)
	}
	return &a.reported[0], err
}

func TestRule(t *testing.T) {
	const tower = `{"roles": ["aws-controltower-*"], "stacks": ["StackSet-AWSControlTower*"], "reason": "AWS creates them"}`
	var (
		amplifyDev = map[string]string{"orders": "amplify-shop-dev-1a2b3"}
		ofTower    = map[string]string{"orders": "StackSet-AWSControlTowerBP-1a2b"}
		stackOf    = []string{"StackOf AWS::IAM::Role orders"}
		large      = func(members map[string]any) string {
			return message("OversizedConfigurationItemChangeNotification", "configurationItemSummary", members)
		}
	)
	for name, test := range map[string]struct {
		variables  map[string]string
		entries    hierarchy // in addition to the usual ones
		stacks     map[string]string
		identities map[string]compliance.Identity
		payload    string

		want       string
		annotation string
		calls      []string
	}{
		"right":            {stacks: amplifyDev, payload: change(bounded(dev)), want: compliance.Compliant, annotation: "orders (AWS::IAM::Role) of stack amplify-shop-dev-1a2b3: it has " + dev, calls: stackOf},
		"of_no_stack":      {payload: change(bounded(prod)), want: compliance.Compliant, annotation: "orders (AWS::IAM::Role): it has " + prod, calls: stackOf},
		"of_another_stack": {stacks: amplifyDev, payload: change(bounded(prod)), want: compliance.NonCompliant, calls: stackOf},
		"without": {stacks: map[string]string{"orders": "amplify-shop-prod-1a2b3"}, payload: change(nil), want: compliance.NonCompliant, calls: stackOf,
			annotation: "orders (AWS::IAM::Role) of stack amplify-shop-prod-1a2b3: it has no permissions boundary; environment prod wants " + prod + " (SSM parameter /amplify-boundary/prod); fix it with: amplify-boundary declare TEMPLATE"},
		"foreign":                       {payload: change(bounded(other)), want: compliance.NonCompliant, calls: stackOf},
		"not_an_ARN":                    {payload: change(bounded("hunter2")), want: compliance.NonCompliant, calls: stackOf},
		"discovered":                    {payload: change(map[string]any{"configurationItemStatus": "ResourceDiscovered"}), want: compliance.NonCompliant, calls: stackOf},
		"unknown_status":                {payload: change(map[string]any{"configurationItemStatus": "Other"}), want: compliance.NonCompliant, calls: stackOf},
		"fixed_by_the_setting":          {variables: map[string]string{"ENVIRONMENT": "prod"}, payload: change(bounded(prod)), want: compliance.Compliant},
		"fixed_by_the_account":          {entries: hierarchy{"_account/" + account: "prod"}, payload: change(bounded(prod)), want: compliance.Compliant},
		"fixed_and_without":             {entries: hierarchy{"_account/" + account: "prod"}, payload: change(nil), want: compliance.NonCompliant},
		"fixed_without_a_boundary":      {entries: hierarchy{"_account/" + account: "sandbox"}, payload: change(nil), want: compliance.Compliant},
		"malformed_entry_of_another":    {stacks: amplifyDev, payload: change(bounded(dev)), want: compliance.Compliant, calls: stackOf},
		"malformed_entry_of_its_own":    {stacks: map[string]string{"orders": "amplify-shop-secret-1a2b3"}, payload: change(bounded(dev)), want: compliance.NonCompliant, calls: stackOf},
		"deleted":                       {payload: change(map[string]any{"configurationItemStatus": "ResourceDeleted", "configuration": nil}), want: compliance.NotApplicable},
		"deleted_and_not_recorded":      {payload: change(map[string]any{"configurationItemStatus": "ResourceDeletedNotRecorded", "configuration": nil}), want: compliance.NotApplicable},
		"not_recorded":                  {payload: change(map[string]any{"configurationItemStatus": "ResourceNotRecorded", "configuration": nil}), want: compliance.NotApplicable},
		"left_scope":                    {payload: change(map[string]any{"eventLeftScope": true}), want: compliance.NotApplicable},
		"service-linked":                {payload: change(map[string]any{"configuration": recorded("/aws-service-role/ecs.amazonaws.com/", "")}), want: compliance.NotApplicable},
		"reserved":                      {payload: change(map[string]any{"configuration": recorded("/aws-reserved/sso.amazonaws.com/", "")}), want: compliance.NotApplicable},
		"almost_reserved":               {payload: change(map[string]any{"configuration": recorded("/aws-reserved-not/", "")}), want: compliance.NonCompliant, calls: stackOf},
		"another_type":                  {payload: change(map[string]any{"resourceType": "AWS::IAM::Group"}), want: compliance.NotApplicable},
		"user":                          {payload: change(map[string]any{"resourceType": "AWS::IAM::User"}), want: compliance.NotApplicable},
		"bound_user":                    {variables: map[string]string{"BOUND_USERS": "true"}, payload: change(map[string]any{"resourceType": "AWS::IAM::User"}), want: compliance.NonCompliant, calls: []string{"StackOf AWS::IAM::User orders"}},
		"excepted":                      {entries: hierarchy{"_except/tower": tower}, payload: change(map[string]any{"resourceName": "aws-controltower-Config"}), want: compliance.NotApplicable, annotation: "aws-controltower-Config (AWS::IAM::Role): exception tower leaves it out: AWS creates them", calls: []string{"StackOf AWS::IAM::Role aws-controltower-Config"}},
		"excepted_though_right":         {entries: hierarchy{"_except/tower": tower}, payload: change(map[string]any{"resourceName": "aws-controltower-Config", "configuration": recorded("/", dev)}), want: compliance.NotApplicable, calls: []string{"StackOf AWS::IAM::Role aws-controltower-Config"}},
		"excepted_by_its_stack":         {entries: hierarchy{"_except/tower": tower}, stacks: ofTower, payload: change(nil), want: compliance.NotApplicable, calls: stackOf},
		"fixed_and_excepted_by_a_stack": {variables: map[string]string{"ENVIRONMENT": "prod"}, entries: hierarchy{"_except/tower": tower}, stacks: ofTower, payload: change(nil), want: compliance.NotApplicable, calls: stackOf},
		"exception_has_ended":           {entries: hierarchy{"_except/tower": strings.Replace(tower, "}", `, "until": "2020-01-01"}`, 1)}, stacks: ofTower, payload: change(nil), want: compliance.NonCompliant, calls: stackOf},
		"large":                         {identities: map[string]compliance.Identity{"orders": {Path: "/", Boundary: dev}}, payload: large(nil), want: compliance.Compliant, calls: append([]string{"Identity AWS::IAM::Role orders"}, stackOf...)},
		"large_without":                 {identities: map[string]compliance.Identity{"orders": {Path: "/"}}, payload: large(nil), want: compliance.NonCompliant, calls: append([]string{"Identity AWS::IAM::Role orders"}, stackOf...)},
		"large_with_a_configuration":    {identities: map[string]compliance.Identity{"orders": {Path: "/"}}, payload: large(bounded(dev)), want: compliance.NonCompliant, calls: append([]string{"Identity AWS::IAM::Role orders"}, stackOf...)},
		"large_and_gone":                {payload: large(nil), want: compliance.NotApplicable, calls: []string{"Identity AWS::IAM::Role orders"}},
		"large_and_deleted":             {payload: large(map[string]any{"configurationItemStatus": "ResourceDeleted"}), want: compliance.NotApplicable},
	} {
		t.Run(name, func(t *testing.T) {
			h := usual()
			for name, value := range test.entries {
				h[name] = value
			}
			a := &fakeAccount{stacks: test.stacks, identities: test.identities}
			got, err := evaluate(t, test.variables, h, a, test.payload)
			if err != nil || got == nil || got.Result != test.want {
				t.Fatalf("got %+v, %v, want %s", got, err, test.want)
			}
			if test.annotation != "" && got.Annotation != test.annotation {
				t.Errorf("got  %s\nwant %s", got.Annotation, test.annotation)
			}
			if n := len([]rune(got.Annotation)); n > compliance.AnnotationLimit || n == 0 {
				t.Errorf("the annotation has %d characters", n)
			}
			if diff := cmp.Diff(test.calls, a.calls); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
			if want := time.Date(2026, 10, 5, 8, 15, 30, 123e6, time.UTC); !got.Time.Equal(want) || got.ResourceID != "AROA" {
				t.Errorf("got %s, %s, want the item's", got.Time, got.ResourceID)
			}
		})
	}
}

// What cannot be evaluated fails the invocation, and nothing is reported.
func TestRule_not_evaluated(t *testing.T) {
	denied := errors.New("access denied")
	for name, test := range map[string]struct {
		hierarchy Hierarchy
		account   fakeAccount
		payload   string
		want      string
	}{
		"registry":               {failing{}, fakeAccount{}, change(nil), "no connection"},
		"stack":                  {usual(), fakeAccount{err: denied}, change(bounded(dev)), "access denied"},
		"role":                   {usual(), fakeAccount{err: denied}, message("OversizedConfigurationItemChangeNotification", "configurationItemSummary", nil), "access denied"},
		"account's_entry":        {hierarchy{"_account/" + account: "hunter2 hunter2"}, fakeAccount{}, change(nil), "SSM parameter /amplify-boundary/_account/" + account},
		"invoking_event":         {usual(), fakeAccount{}, `{"invokingEvent": 5, "resultToken": "token"}`, "a member has the wrong type"},
		"invoking_event_is_text": {usual(), fakeAccount{}, `{"invokingEvent": "hunter2", "resultToken": "token"}`, "is not a message about a resource"},
		"no_type_of_message":     {usual(), fakeAccount{}, `{"invokingEvent": "{}", "resultToken": "token"}`, "no messageType"},
		"no_item":                {usual(), fakeAccount{}, `{"invokingEvent": "{\"messageType\": \"ConfigurationItemChangeNotification\"}", "resultToken": "token"}`, "no configuration item"},
		"item_without_a_type":    {usual(), fakeAccount{}, change(map[string]any{"resourceType": ""}), "no member resourceType"},
		"item_without_a_name":    {usual(), fakeAccount{}, change(map[string]any{"resourceName": ""}), "no member resourceName"},
		"item_without_a_time":    {usual(), fakeAccount{}, change(map[string]any{"configurationItemCaptureTime": nil}), "no member configurationItemCaptureTime"},
		"boundary_of_no_form":    {usual(), fakeAccount{}, change(map[string]any{"configuration": map[string]any{"path": "/", "permissionsBoundary": "hunter2"}}), "no member configuration of a role's form"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := evaluate(t, nil, test.hierarchy, &test.account, test.payload)
			if got != nil || err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %+v, %v, want an error that contains %q", got, err, test.want)
			}
		})
	}
}

// failing is a registry that cannot be reached.
type failing struct{}

func (failing) List(context.Context, string) ([]registry.Parameter, error) {
	return nil, errors.New("no connection")
}

func TestRule_report_fails(t *testing.T) {
	a := &fakeAccount{reportErr: errors.New("throttled")}
	if _, err := evaluate(t, nil, usual(), a, change(bounded(dev))); err == nil || !strings.Contains(err.Error(), "throttled") {
		t.Errorf("got %v", err)
	}
}

func TestRule_other_message(t *testing.T) {
	a := &fakeAccount{}
	got, err := evaluate(t, nil, failing{}, a, message("ScheduledNotification", "summary", nil))
	if got != nil || err != nil || a.calls != nil {
		t.Errorf("got %+v, %v, %v, want nothing", got, err, a.calls)
	}
}

// The rule's verdict is the hook's, word for word, for roles that neither leaves out.
func TestRule_says_what_the_hook_says(t *testing.T) {
	for _, boundary := range []string{dev, prod, shop, other, ""} {
		for _, stack := range []string{"", "any", "amplify-shop-dev-1a2b3", "amplify-shop-sandbox-1a2b3", "amplify-shop-qa-1a2b3"} {
			a := &fakeAccount{stacks: map[string]string{"OrderRole": stack}}
			rule, err := evaluate(t, nil, usual(), a, change(map[string]any{"resourceName": "OrderRole", "configuration": recorded("/", boundary)}))
			if err != nil {
				t.Fatal(err)
			}
			properties := without
			if boundary != "" {
				properties = with(boundary)
			}
			hook := ask(t, settings(t, nil), usual(), roleEvent(stack, properties))
			_, want := fit(hook.Annotations[0].Message, hook.Annotations[0].Remediation, compliance.AnnotationLimit)
			if (hook.HookStatus == Success) != (rule.Result == compliance.Compliant) || rule.Annotation != want {
				t.Errorf("boundary %q, stack %q: the hook says %s, %s\nthe rule says %s, %s", boundary, stack, hook.HookStatus, want, rule.Result, rule.Annotation)
			}
		}
	}
}

// The sample events are answered as their names say, with the sample boundaries.
func TestSampleRuleEvents(t *testing.T) {
	dir := filepath.Join("..", "..", "events")
	files, err := filepath.Glob(filepath.Join(dir, "config", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no sample events (%v)", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			payload, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a := &fakeAccount{identities: map[string]compliance.Identity{"orders-function": {Path: "/"}}}
			handler := NewHandler(settings(t, nil), registry.ExistingFile(filepath.Join(dir, "boundaries.json")), a, "eu-west-1", io.Discard)
			if _, err := handler.Invoke(t.Context(), payload); err != nil {
				t.Fatal(err)
			}
			var got string
			for _, e := range a.reported {
				got = strings.ReplaceAll(strings.ToLower(e.Result), "_", "-")
			}
			if got == "" {
				got = "nothing"
			}
			if !strings.HasPrefix(filepath.Base(file), got) {
				t.Errorf("got %+v", a.reported)
			}
		})
	}
}
