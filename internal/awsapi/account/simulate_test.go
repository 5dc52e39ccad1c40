package account

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/iamtest"
	"amplify-boundary/internal/test/mototest"
)

const (
	users  = "arn:aws:dynamodb:eu-west-1:123456789012:table/users"
	orders = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"

	bounds = `{"Version": "2012-10-17",
"Statement": [
  {"Sid": "Most", "Effect": "Allow", "Action": ["s3:*", "dynamodb:*"], "Resource": "*"},
  {"Effect": "Deny", "Action": "dynamodb:Scan", "Resource": "` + users + `"}, {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"},
  {"Sid": "Ünicode", "Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"},{"Sid": "Ünicode", "Effect": "Deny", "Action": "s3:PutObjectAcl", "Resource": "*"}, {"Sid":"Home",
   "Effect": "Deny", "Action": "s3:GetObject", "Resource": "*", "Condition": {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}}
]}`
)

func mustParse(t *testing.T, text string) Document {
	t.Helper()
	d, err := ParseDocument(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// brief is a result in a line.
func brief(v Result) string {
	text := fmt.Sprintf("%s %s: %s", v.Action, strings.TrimPrefix(v.Resource, "arn:aws:dynamodb:eu-west-1:123456789012:table/"), v.Decision)
	for _, m := range v.Statements {
		text += fmt.Sprintf(", %d %s", m.Number, m.Sid)
	}
	if len(v.MissingContext) > 0 {
		text += ", lacks " + strings.Join(v.MissingContext, " ")
	}
	return text
}

func TestSimulate(t *testing.T) {
	tests := map[string]struct {
		actions, resources []string
		boundary           string
		want               []string
	}{
		"allowed": {[]string{"dynamodb:Scan"}, []string{orders}, bounds, []string{
			"dynamodb:Scan orders: allowed, 1 Most"}},
		"denied_by_place": {[]string{"dynamodb:Scan"}, []string{users}, bounds, []string{
			"dynamodb:Scan users: explicitDeny, 2 "}},
		"each_resource": {[]string{"dynamodb:Scan", "dynamodb:Query"}, []string{orders, users}, bounds, []string{
			"dynamodb:Scan orders: allowed, 1 Most",
			"dynamodb:Scan users: explicitDeny, 2 ",
			"dynamodb:Query orders: allowed, 1 Most",
			"dynamodb:Query users: allowed, 1 Most"}},
		"two_statements_in_a_line": {[]string{"s3:DeleteBucket", "s3:PutObjectAcl"}, []string{"*"}, bounds, []string{
			"s3:DeleteBucket *: explicitDeny, 3 ",
			"s3:PutObjectAcl *: explicitDeny, 5 Ünicode"}},
		"not_allowed": {[]string{"ec2:RunInstances"}, []string{"*"}, bounds, []string{
			"ec2:RunInstances *: implicitDeny"}},
		"missing_context": {[]string{"s3:GetObject"}, []string{"*", "arn:aws:s3:::b/k"}, bounds, []string{
			"s3:GetObject *: allowed, 1 Most, lacks aws:RequestedRegion",
			"s3:GetObject arn:aws:s3:::b/k: allowed, 1 Most, lacks aws:RequestedRegion"}},
		"no_allow": {[]string{"s3:GetObject", "iam:CreateUser"}, []string{"*"}, `{"Statement":{"Effect":"Deny","Action":"iam:*","Resource":"*"}}`, []string{
			"s3:GetObject *: implicitDeny",
			"iam:CreateUser *: explicitDeny, 1 "}},
	}
	for _, older := range []bool{false, true} {
		for _, perPage := range []int{0, 1} {
			for _, shift := range []int{0, -1, 1} {
				t.Run(fmt.Sprintf("older=%t,perPage=%d,shift=%d", older, perPage, shift), func(t *testing.T) {
					iam := &iamtest.IAM{Older: older, PerPage: perPage, Position: shift}
					cfg := mototest.Config(iam.Start(t, ""), "eu-west-1")
					for name, test := range tests {
						results, err := Simulate(t.Context(), cfg, Simulation{
							Actions: test.actions, Resources: test.resources, Boundary: mustParse(t, test.boundary)})
						if err != nil {
							t.Errorf("%s: %v", name, err)
							continue
						}
						var got []string
						for _, v := range results {
							got = append(got, brief(v))
						}
						if diff := cmp.Diff(test.want, got); diff != "" {
							t.Errorf("%s (-want +got):\n%s", name, diff)
						}
					}
				})
			}
		}
	}
}

// What is sent is what the model takes, and the boundary as it stands in IAM.
func TestSimulate_request(t *testing.T) {
	iam := &iamtest.IAM{PerPage: 1}
	cfg := mototest.Config(iam.Start(t, ""), "eu-west-1")
	if _, err := Simulate(t.Context(), cfg, Simulation{Actions: []string{"s3:GetObject", "s3:PutObject"}, Resources: []string{"*"}, Boundary: mustParse(t, bounds)}); err != nil {
		t.Fatal(err)
	}
	calls := iam.Calls()
	if len(calls) != 2 {
		t.Fatalf("got %d calls, want one for each of 2 pages", len(calls))
	}
	want := map[string]string{
		"Action": "SimulateCustomPolicy", "ActionNames.member.1": "s3:GetObject", "ActionNames.member.2": "s3:PutObject",
		"ResourceArns.member.1": "*", "PolicyInputList.member.1": grantAll, "PermissionsBoundaryPolicyInputList.member.1": bounds, "Marker": "1",
	}
	for name, value := range want {
		if got := calls[1].Get(name); got != value {
			t.Errorf("%s: got %q, want %q", name, got, value)
		}
	}
}

func TestSimulate_fault(t *testing.T) {
	for name, test := range map[string]struct {
		iam    *iamtest.IAM
		action string
		want   string
	}{
		"denied": {&iamtest.IAM{Refuse: map[string]string{"SimulateCustomPolicy": "AccessDenied"}}, "s3:GetObject",
			"simulate: access denied (User: arn:aws:iam::123456789012:user/test is not authorized); allow iam:SimulateCustomPolicy there"},
		"unknown_action": {&iamtest.IAM{}, "nosuch:Action",
			"simulate: IAM does not accept the actions or the resources (Invalid Input Actions: [nosuch:Action]); check their spelling"},
		"throttled": {&iamtest.IAM{Refuse: map[string]string{"SimulateCustomPolicy": "Throttling"}}, "s3:GetObject", "simulate: throttled, after several attempts; try again later"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := mototest.Config(test.iam.Start(t, ""), "eu-west-1")
			cfg.RetryMaxAttempts = 1
			_, err := Simulate(t.Context(), cfg, Simulation{Actions: []string{test.action}, Resources: []string{"*"}, Boundary: mustParse(t, bounds)})
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

// An answer without an action or a resource, or with an unknown decision, is an error.
func TestSimulate_incomplete(t *testing.T) {
	const page = "<SimulateCustomPolicyResponse><SimulateCustomPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults>%s</EvaluationResults></SimulateCustomPolicyResult></SimulateCustomPolicyResponse>"
	for name, results := range map[string]string{
		"nothing":          "",
		"another_action":   "<member><EvalActionName>s3:PutObject</EvalActionName><EvalDecision>allowed</EvalDecision></member>",
		"another_decision": "<member><EvalActionName>s3:GetObject</EvalActionName><EvalDecision>perhaps</EvalDecision></member>",
		"another_resource": "<member><EvalActionName>s3:GetObject</EvalActionName><EvalDecision>allowed</EvalDecision><ResourceSpecificResults>" +
			"<member><EvalResourceName>arn:aws:s3:::b</EvalResourceName><EvalResourceDecision>allowed</EvalResourceDecision></member></ResourceSpecificResults></member>",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Simulate(t.Context(), answering(t, 200, fmt.Sprintf(page, results)), Simulation{
				Actions: []string{"s3:GetObject"}, Resources: []string{"arn:aws:s3:::a", "arn:aws:s3:::b"}, Boundary: mustParse(t, bounds)})
			if err == nil || !strings.HasPrefix(err.Error(), "simulate: IAM says nothing about s3:GetObject on arn:aws:s3:::a") {
				t.Errorf("got %v", err)
			}
		})
	}
}
