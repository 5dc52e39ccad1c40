package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"amplify-boundary/internal/test/lambdatest"
	"amplify-boundary/internal/test/mototest"
)

// ruleAccount stands in for AWS Config and for CloudFormation. moto accepts evaluations only with TestMode, and ignores
// the physical ID by which a stack is asked for.
type ruleAccount struct {
	mu          sync.Mutex
	throttle    int    // refuses so many reports
	failed      string // members of FailedEvaluations
	denyStack   bool
	stacks      map[string]string // by the names of their roles
	evaluations []map[string]any
	tokens      []string
	calls       []string
}

func (a *ruleAccount) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		a.calls = append(a.calls, target)
		a.putEvaluations(w, body)
		return
	}
	values, err := parseForm(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	a.calls = append(a.calls, values["Action"])
	name := values["PhysicalResourceId"]
	w.Header().Set("Content-Type", "text/xml")
	switch stack, exists := a.stacks[name]; {
	case a.denyStack:
		mototest.Refuse(w, http.StatusForbidden, "AccessDenied", "not authorized")
	case !exists:
		mototest.Refuse(w, http.StatusBadRequest, "ValidationError", "Stack for "+name+" does not exist")
	default:
		fmt.Fprintf(w, `<DescribeStackResourcesResponse><DescribeStackResourcesResult><StackResources><member><StackName>%s</StackName><ResourceType>AWS::IAM::Role</ResourceType>`+
			`<PhysicalResourceId>%s</PhysicalResourceId></member></StackResources></DescribeStackResourcesResult></DescribeStackResourcesResponse>`, stack, name)
	}
}

func (a *ruleAccount) putEvaluations(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if a.throttle > 0 {
		a.throttle--
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"__type": "ThrottlingException", "message": "Rate exceeded"}`)
		return
	}
	var request struct {
		Evaluations []map[string]any
		ResultToken string
	}
	if err := json.Unmarshal(body, &request); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	a.evaluations = append(a.evaluations, request.Evaluations...)
	a.tokens = append(a.tokens, request.ResultToken)
	fmt.Fprintf(w, `{"FailedEvaluations": [%s]}`, a.failed)
}

func parseForm(body []byte) (map[string]string, error) {
	request, err := http.NewRequest(http.MethodPost, "/", strings.NewReader(string(body)))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if err := request.ParseForm(); err != nil {
		return nil, err
	}
	values := make(map[string]string)
	for name := range request.PostForm {
		values[name] = request.PostForm.Get(name)
	}
	return values, nil
}

// startRule starts the function with moto for IAM and Parameter Store, and the account for the rest.
func startRule(t *testing.T, endpoint string, a *ruleAccount) *lambdatest.Function {
	t.Helper()
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	return start(t, append(mototest.Environ(endpoint, "eu-west-1"), "AWS_ENDPOINT_URL_CONFIG_SERVICE="+server.URL, "AWS_ENDPOINT_URL_CLOUDFORMATION="+server.URL)...)
}

// roleChanged is the event of AWS Config after a role changed, with what IAM says about the role.
func roleChanged(t *testing.T, client *iam.Client, name string, oversized bool) string {
	t.Helper()
	answer, err := client.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String(name)})
	if err != nil {
		t.Fatal(err)
	}
	configuration := map[string]any{"path": *answer.Role.Path, "roleName": name, "permissionsBoundary": nil}
	if b := answer.Role.PermissionsBoundary; b != nil {
		configuration["permissionsBoundary"] = map[string]any{"permissionsBoundaryType": "PermissionsBoundaryPolicy", "permissionsBoundaryArn": *b.PermissionsBoundaryArn}
	}
	item := map[string]any{
		"resourceType": "AWS::IAM::Role", "resourceId": *answer.Role.RoleId, "resourceName": name, "awsAccountId": mototest.AccountID,
		"awsRegion": "global", "configurationItemStatus": "OK", "configurationItemCaptureTime": "2026-10-05T08:15:30.123Z", "configuration": configuration,
	}
	message := map[string]any{"messageType": "ConfigurationItemChangeNotification", "configurationItem": item}
	if oversized {
		delete(item, "configuration")
		message = map[string]any{"messageType": "OversizedConfigurationItemChangeNotification", "configurationItemSummary": item}
	}
	text, _ := json.Marshal(message)
	event, _ := json.Marshal(map[string]any{"invokingEvent": string(text), "ruleParameters": "{}", "resultToken": "token", "eventLeftScope": false, "accountId": mototest.AccountID})
	return string(event)
}

// A role made by hand does not comply until it has its environment's boundary.
func TestRule(t *testing.T) {
	for _, oversized := range []bool{false, true} {
		t.Run(fmt.Sprintf("oversized=%t", oversized), func(t *testing.T) {
			endpoint := mototest.Start(t)
			mototest.PutParameter(t, endpoint, "eu-west-1", "/amplify-boundary/prod", arn(1), types.ParameterTypeString)
			mototest.PutParameter(t, endpoint, "eu-west-1", "/amplify-boundary/_account/"+mototest.AccountID, "prod", types.ParameterTypeString)
			client := iam.NewFromConfig(mototest.Config(endpoint, "eu-west-1"))
			if _, err := client.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("made-by-hand"), AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`)}); err != nil {
				t.Fatal(err)
			}
			a := &ruleAccount{throttle: 4}
			f := startRule(t, endpoint, a)

			invoke(t, f, roleChanged(t, client, "made-by-hand", oversized))
			if _, err := client.PutRolePermissionsBoundary(t.Context(), &iam.PutRolePermissionsBoundaryInput{RoleName: aws.String("made-by-hand"), PermissionsBoundary: aws.String(arn(1))}); err != nil {
				t.Fatal(err)
			}
			invoke(t, f, roleChanged(t, client, "made-by-hand", oversized))

			want := []string{
				"NON_COMPLIANT made-by-hand (AWS::IAM::Role): it has no permissions boundary; environment prod wants " + arn(1) + " (SSM parameter /amplify-boundary/prod); set the boundary shown by: amplify-boundary env show prod",
				"COMPLIANT made-by-hand (AWS::IAM::Role): it has " + arn(1),
			}
			for i, e := range a.evaluations {
				if got := fmt.Sprint(e["ComplianceType"], " ", e["Annotation"]); i >= len(want) || got != want[i] || a.tokens[i] != "token" {
					t.Errorf("evaluation %d: got %s", i, got)
				}
			}
			if len(a.evaluations) != len(want) {
				t.Errorf("got %d evaluations, want %d; the function's log:\n%s", len(a.evaluations), len(want), f.Log())
			}
		})
	}
}

func invoke(t *testing.T, f *lambdatest.Function, event string) {
	t.Helper()
	if _, err := f.Invoke([]byte(event), ample); err != nil {
		t.Fatalf("%v; its log:\n%s", err, f.Log())
	}
}

// The stack of a role in this region gives the environment. Each role costs one call for it, and one for the report.
func TestRule_stack(t *testing.T) {
	endpoint := mototest.Start(t)
	mototest.PutParameter(t, endpoint, "eu-west-1", "/amplify-boundary/prod", arn(1), types.ParameterTypeString)
	mototest.PutParameter(t, endpoint, "eu-west-1", "/amplify-boundary/dev", arn(2), types.ParameterTypeString)
	client := iam.NewFromConfig(mototest.Config(endpoint, "eu-west-1"))
	if _, err := client.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("orders"), AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[]}`), PermissionsBoundary: aws.String(arn(2))}); err != nil {
		t.Fatal(err)
	}
	event := roleChanged(t, client, "orders", false)
	for name, test := range map[string]struct {
		account *ruleAccount
		result  string // empty: the invocation fails
	}{
		"its_environment's":  {&ruleAccount{stacks: map[string]string{"orders": "amplify-shop-dev-1a2b3"}}, "COMPLIANT"},
		"of_another":         {&ruleAccount{stacks: map[string]string{"orders": "amplify-shop-prod-1a2b3"}}, "NON_COMPLIANT"},
		"of_no_stack":        {&ruleAccount{}, "COMPLIANT"},
		"stack_denied":       {&ruleAccount{denyStack: true}, ""},
		"report_not_taken":   {&ruleAccount{failed: `{"ComplianceResourceType": "AWS::IAM::Role", "ComplianceResourceId": "AROA", "ComplianceType": "COMPLIANT", "OrderingTimestamp": 1}`}, ""},
		"report_not_allowed": {&ruleAccount{throttle: 1 << 30}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := test.account
			f := startRule(t, endpoint, a)
			_, err := f.Invoke([]byte(event), 5*time.Second)
			if (err == nil) != (test.result != "") {
				t.Fatalf("got %v; its log:\n%s", err, f.Log())
			}
			if test.result == "" {
				if !strings.Contains(f.Log(), `"level":"ERROR"`) {
					t.Errorf("the log has no error: %s", f.Log())
				}
				return
			}
			if len(a.evaluations) != 1 || a.evaluations[0]["ComplianceType"] != test.result || len(a.calls) != 2 {
				t.Errorf("got %v after the calls %v, want %s", a.evaluations, a.calls, test.result)
			}
		})
	}
}
