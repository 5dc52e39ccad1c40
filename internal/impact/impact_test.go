package impact

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/test/iamtest"
	"amplify-boundary/internal/test/mototest"
)

const boundaryARN = "arn:aws:iam::123456789012:policy/boundary"

var now = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

func roleARN(name string) string { return "arn:aws:iam::123456789012:role/" + name }

// tracked is a service with actions that were all used now.
func tracked(service string, actions ...string) iamtest.Service {
	s := iamtest.Service{Namespace: service, Last: now}
	for _, name := range actions {
		s.Actions = append(s.Actions, iamtest.Action{Name: name, Last: now})
	}
	return s
}

// assess asks what a boundary takes away from the roles that the stand-in knows.
func assess(t *testing.T, iam *iamtest.IAM, statements string) Report {
	t.Helper()
	a := New(mototest.Config(iam.Start(t, ""), "eu-west-1"))
	a.FirstPoll = time.Millisecond
	var roles []Role
	for arn := range iam.Used {
		_, name, _ := strings.Cut(arn, "/")
		roles = append(roles, Role{Name: name, ARN: arn, Boundary: boundaryARN})
	}
	return a.Run(t.Context(), Options{Roles: roles, Since: now.Add(-time.Hour), Document: func(context.Context, string) (account.Document, error) {
		return account.ParseDocument(`{"Version":"2012-10-17","Statement":[` + statements + `]}`)
	}})
}

// brief are the uses as "role action result statement".
func brief(r Report) (list []string) {
	for _, u := range r.Uses {
		list = append(list, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", u.Role, u.Action, u.Result, u.Statement)))
	}
	return list
}

func TestRun(t *testing.T) {
	const most = `{"Sid":"Most","Effect":"Allow","NotAction":"iam:*","Resource":"*"}`
	for name, test := range map[string]struct {
		statements string
		used       []iamtest.Service
		want       []string
	}{
		"everything_allowed": {`{"Effect":"Allow","Action":"*","Resource":"*"}`, []iamtest.Service{tracked("s3", "PutObject")}, []string{"r s3:PutObject kept 1"}},
		"denied": {`{"Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"NoScan","Effect":"Deny","Action":"dynamodb:Scan","Resource":"*"}`,
			[]iamtest.Service{tracked("dynamodb", "Query", "Scan")}, []string{"r dynamodb:Query kept 1", "r dynamodb:Scan lost NoScan"}},
		"not_allowed":      {most, []iamtest.Service{tracked("iam", "CreateRole")}, []string{"r iam:CreateRole lost"}},
		"nothing_allowed":  {``, []iamtest.Service{tracked("s3", "PutObject")}, []string{"r s3:PutObject lost"}},
		"allowed_for_some": {`{"Effect":"Deny","Action":"s3:DeleteBucket","Resource":"*"},{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::own/*"}`, []iamtest.Service{tracked("s3", "PutObject")}, []string{"r s3:PutObject depends 2"}},
		"denied_for_some": {most + `,{"Effect":"Deny","Action":"dynamodb:Scan","Resource":"arn:aws:dynamodb:*:*:table/users"}`,
			[]iamtest.Service{tracked("dynamodb", "Scan")}, []string{"r dynamodb:Scan depends 2"}},
		"denied_on_a_condition": {most + `,{"Effect":"Deny","Action":"s3:*","Resource":"*",` + office + `}`, []iamtest.Service{tracked("s3", "PutObject")}, []string{"r s3:PutObject depends 2"}},
		"denied_always_and_on_a_condition": {most + `,{"Effect":"Deny","Action":"s3:*","Resource":"*",` + office + `},{"Effect":"Deny","Action":"s3:PutObject","Resource":"*"}`,
			[]iamtest.Service{tracked("s3", "PutObject")}, []string{"r s3:PutObject lost 3"}},

		"service_allowed":         {most, []iamtest.Service{tracked("sqs")}, []string{"r sqs kept Most"}},
		"service_not_mentioned":   {`{"Effect":"Allow","Action":["s3:*","sns:Publish"],"Resource":"*"}`, []iamtest.Service{tracked("sqs")}, []string{"r sqs lost"}},
		"service_mentioned":       {`{"Effect":"Allow","Action":"sqs:Get*","Resource":"*"}`, []iamtest.Service{tracked("sqs")}, []string{"r sqs depends 1"}},
		"service_denied":          {most + `,{"Effect":"Deny","Action":["sqs:*","sqs:SendMessage"],"Resource":"*"}`, []iamtest.Service{tracked("sqs")}, []string{"r sqs lost 2"}},
		"service_denied_in_part":  {most + `,{"Effect":"Deny","Action":"sqs:SendMessage","Resource":"*"}`, []iamtest.Service{tracked("sqs")}, []string{"r sqs depends 2"}},
		"service_denied_for_some": {most + `,{"Effect":"Deny","Action":"sqs:*","Resource":"arn:aws:sqs:*:*:a"}`, []iamtest.Service{tracked("sqs")}, []string{"r sqs depends 2"}},
		"service_left_out":        {most, []iamtest.Service{{Namespace: "iam", Last: now, Actions: []iamtest.Action{{Name: "GetRole"}}}}, []string{"r iam lost"}},
		"service_and_action":      {most, []iamtest.Service{{Namespace: "s3", Last: now, Actions: []iamtest.Action{{Name: "PutObject", Last: now.Add(-time.Minute)}}}}, []string{"r s3 kept Most", "r s3:PutObject kept Most"}},

		"nothing_used": {most, nil, nil},
		"long_ago":     {most, []iamtest.Service{{Namespace: "iam", Last: now.Add(-2 * time.Hour)}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			for _, iam := range []*iamtest.IAM{{}, {Older: true, PerPage: 1}} {
				iam.Used = map[string][]iamtest.Service{roleARN("r"): test.used}
				report := assess(t, iam, test.statements)
				if diff := cmp.Diff(test.want, brief(report)); diff != "" {
					t.Errorf("older=%t (-want +got):\n%s", iam.Older, diff)
				}
				for _, u := range report.Uses {
					if (u.Message == "") != (u.Result == Kept) {
						t.Errorf("%s: got message %q", u.Result, u.Message)
					}
				}
			}
		})
	}
}

func TestRun_throttled(t *testing.T) {
	iam := &iamtest.IAM{Throttle: 2, Used: map[string][]iamtest.Service{roleARN("r"): {tracked("s3", "PutObject")}}}
	report := assess(t, iam, `{"Effect":"Allow","Action":"*","Resource":"*"}`)
	if diff := cmp.Diff([]string{"r s3:PutObject kept 1"}, brief(report)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// IAM refuses a simulation as a whole if it does not know one of the actions. Only that action is not known then.
func TestRun_unknown_action(t *testing.T) {
	iam := &iamtest.IAM{Used: map[string][]iamtest.Service{roleARN("r"): {tracked("nosuch", "Action"), tracked("s3", "A", "B", "C", "D")}}}
	report := assess(t, iam, `{"Effect":"Allow","Action":"*","Resource":"*"}`)
	want := []string{"r nosuch:Action unknown", "r s3:A kept 1", "r s3:B kept 1", "r s3:C kept 1", "r s3:D kept 1"}
	if diff := cmp.Diff(want, brief(report)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if report.IsKnown() || !strings.Contains(report.Uses[0].Message, "IAM does not accept the actions") {
		t.Errorf("got %q", report.Uses[0].Message)
	}
}

// The calls: one Generate for each role, its polls and pages, and two simulations for each 100 different actions.
func TestRun_calls(t *testing.T) {
	iam := &iamtest.IAM{PerPage: 100, Used: map[string][]iamtest.Service{}}
	for i := range 20 {
		var actions []string
		for n := range 15 {
			actions = append(actions, fmt.Sprintf("Action%d", i*5+n)) // the last ten are the next role's, too
		}
		iam.Used[roleARN(fmt.Sprint(i))] = []iamtest.Service{tracked("s3", actions...)}
	}
	report := assess(t, iam, `{"Effect":"Allow","Action":"*","Resource":"*"}`)
	if got := report.Totals; got != (Totals{Roles: 20, Kept: 300}) {
		t.Errorf("got %+v", got)
	}
	got := map[string]int{}
	for _, call := range iam.Calls() {
		got[call.Get("Action")]++
		if names := slices.DeleteFunc(slices.Collect(keys(call)), func(name string) bool { return !strings.HasPrefix(name, "ActionNames") }); len(names) > 100 {
			t.Errorf("asked about %d actions at once", len(names))
		}
	}
	want := map[string]int{"GenerateServiceLastAccessedDetails": 20, "GetServiceLastAccessedDetails": 60, "SimulateCustomPolicy": 2 * 2}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func keys(m map[string][]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for key := range m {
			if !yield(key) {
				return
			}
		}
	}
}

// What cannot be read is unknown, and the rest is complete.
func TestRun_unknown(t *testing.T) {
	const allowed = `{"Effect":"Allow","Action":"*","Resource":"*"}`
	used := map[string][]iamtest.Service{roleARN("a"): {tracked("s3", "PutObject")}, roleARN("b"): {tracked("s3", "PutObject")}}
	denied := func(action string) map[string]string { return map[string]string{action: "AccessDenied"} }
	for name, test := range map[string]struct {
		iam         *iamtest.IAM
		want        []string
		wantMessage string
	}{
		"failed":          {&iamtest.IAM{Failing: map[string]bool{roleARN("a"): true}}, []string{"a  unknown", "b s3:PutObject kept 1"}, "read what the role uses: IAM's job failed (ServiceFailure); try again"},
		"late":            {&iamtest.IAM{Running: 1000}, []string{"a  unknown", "b  unknown"}, "IAM did not answer within a minute"},
		"generate_denied": {&iamtest.IAM{Refuse: denied("GenerateServiceLastAccessedDetails")}, []string{"a  unknown", "b  unknown"}, "allow iam:GenerateServiceLastAccessedDetails there"},
		"get_denied":      {&iamtest.IAM{Refuse: denied("GetServiceLastAccessedDetails")}, []string{"a  unknown", "b  unknown"}, "allow iam:GetServiceLastAccessedDetails there"},
		"simulate_denied": {&iamtest.IAM{Refuse: denied("SimulateCustomPolicy")}, []string{"a s3:PutObject unknown", "b s3:PutObject unknown"}, "allow iam:SimulateCustomPolicy there"},
	} {
		t.Run(name, func(t *testing.T) {
			test.iam.Used = used
			report := assess(t, test.iam, allowed)
			if diff := cmp.Diff(test.want, brief(report)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := report.Uses[0].Message; !strings.Contains(got, test.wantMessage) {
				t.Errorf("got %q, want %q", got, test.wantMessage)
			}
			if report.IsKnown() {
				t.Error("got a report that is known")
			}
		})
	}
}

// Each role is judged by its own boundary, and its use is not read if the boundary cannot be.
func TestRun_boundaries(t *testing.T) {
	iam := &iamtest.IAM{Used: map[string][]iamtest.Service{roleARN("a"): {tracked("s3", "PutObject")}, roleARN("b"): {tracked("s3", "PutObject")}}}
	a := New(mototest.Config(iam.Start(t, ""), "eu-west-1"))
	a.FirstPoll = time.Millisecond
	report := a.Run(t.Context(), Options{
		Roles: []Role{{Name: "a", ARN: roleARN("a"), Boundary: "allows"}, {Name: "b", ARN: roleARN("b"), Boundary: "denies"}, {Name: "gone", ARN: roleARN("gone"), Boundary: "denies"},
			{Name: "c", ARN: roleARN("c"), Boundary: "missing"}, {Name: "d", ARN: roleARN("d"), Boundary: "bad"}, {Name: "e", ARN: roleARN("e"), Err: errors.New("malformed")}, {Name: "f", ARN: roleARN("f")}},
		Document: func(_ context.Context, name string) (account.Document, error) {
			switch name {
			case "missing":
				return account.Document{}, account.ErrNoPolicy
			case "bad":
				return account.ParseDocument(`{"Statement":{"Effect":"Allow","Action":7}}`)
			}
			return account.ParseDocument(`{"Statement":{"Effect":"` + map[string]string{"allows": "Allow", "denies": "Deny"}[name] + `","Action":"*","Resource":"*"}}`)
		},
	})
	want := []string{"a s3:PutObject kept 1", "b s3:PutObject lost 1", "c  unknown", "d  unknown", "e  unknown", "gone  unknown"}
	if diff := cmp.Diff(want, brief(report)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, want := report.Totals, (Totals{Roles: 7, Losing: 1, Actions: 1, Lost: 1, Kept: 1, Unknown: 4}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for _, call := range iam.Calls() {
		if arn := call.Get("Arn"); arn != "" && !slices.Contains([]string{roleARN("a"), roleARN("b"), roleARN("gone")}, arn) {
			t.Errorf("asked for the use of %s", arn)
		}
	}
}

func TestSentence(t *testing.T) {
	for want, totals := range map[string]Totals{
		"3 of 41 roles would lose 5 actions that they used in the last 90 days":                {Roles: 41, Losing: 3, Actions: 5, Lost: 6},
		"1 of 1 role would lose 1 action that it used in the last 90 days":                     {Roles: 1, Losing: 1, Actions: 1, Lost: 1},
		"no role of 2 would lose an action that it used in the last 90 days":                   {Roles: 2, Kept: 7},
		"it is not known whether a role would lose an action that it used in the last 90 days": {Roles: 2, Unknown: 1},
		"no role belongs to environment dev, test":                                             {},
	} {
		if got := (Report{Totals: totals, Scope: Scope{Days: 90, Environments: []string{"dev", "test"}}}).Sentence(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestParse_error(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"no_json":        {"hunter2", "it is not the result of impact"},
		"an_audit":       {`{"format":1,"roles":[]}`, "it is not the result of impact"},
		"newer":          {`{"format":2}`, "it has format 2, and this version reads format 1; use the version that wrote it, or a newer one"},
		"another_result": {`{"format":1,"scope":{"environments":[]},"uses":[{"result":"hunter2"}]}`, "it is not the result of impact"},
		"another_use":    {`{"format":1,"scope":{"environments":[]},"uses":"hunter2"}`, "it is not the result of impact"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Parse([]byte(test.text)); err == nil || err.Error() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
