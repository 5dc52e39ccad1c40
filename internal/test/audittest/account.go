// Package audittest stands in for an account that is audited, for tests and benchmarks: it answers the calls of an audit about
// stacks and their roles, by pages as AWS does, and records the calls.
package audittest

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"amplify-boundary/internal/test/mototest"
)

// AccountID is the account's ID.
const AccountID = mototest.AccountID

// Region is where its stacks are.
const Region = "eu-west-1"

// Account is an account whose stacks declare the macro, and have the template parameter env with the value dev.
type Account struct {
	Stacks        int
	RolesPerStack int
	Boundary      string        // the boundary's ARN on each role; empty for none
	Latency       time.Duration // of each call

	mutex sync.Mutex
	calls []Call
}

// Call is a call that was made.
type Call struct {
	Action string
	At     time.Time
}

// Calls returns the calls that were made, in order.
func (a *Account) Calls() []Call {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return append([]Call(nil), a.calls...)
}

// ServeHTTP answers a call in AWS's query protocol.
func (a *Account) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call := mototest.ReadCall(r)
	a.mutex.Lock()
	a.calls = append(a.calls, Call{call.Action, time.Now()})
	a.mutex.Unlock()
	time.Sleep(a.Latency)
	mototest.Answer(w, call.Action, a.answer(call.Action, call.Form.Get))
}

// What a page of AWS holds at most.
const (
	rolesPerPage  = 1000
	stacksPerPage = 100
)

// answer is the result of a call, empty for an action that an audit does not call.
func (a *Account) answer(action string, parameter func(string) string) string {
	switch action {
	case "GetCallerIdentity":
		return "<Account>" + AccountID + "</Account>"
	case "GetAccountAuthorizationDetails":
		return page("RoleDetailList", a.Stacks*a.RolesPerStack, rolesPerPage, parameter("Marker"), a.role, "<IsTruncated>true</IsTruncated><Marker>%d</Marker>")
	case "DescribeStacks":
		return page("Stacks", a.Stacks, stacksPerPage, parameter("NextToken"), a.stack, "<NextToken>%d</NextToken>")
	case "ListStackResources":
		name := strings.Split(parameter("StackName")+"//", "/")[1] // in the stack's ARN
		return page("StackResourceSummaries", a.RolesPerStack, a.RolesPerStack, "", func(i int) string {
			return fmt.Sprintf("<LogicalResourceId>Role%d</LogicalResourceId><PhysicalResourceId>%s-role-%d</PhysicalResourceId>"+
				"<ResourceType>AWS::IAM::Role</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus>", i, name, i)
		}, "")
	case "GetTemplate":
		return "<TemplateBody>" + mototest.Escape(`{"Transform": "AmplifyBoundary", "Parameters": {"env": {"Type": "String"}}, "Resources": {}}`) + "</TemplateBody>"
	default:
		return ""
	}
}

// page returns a list with the members from a token on, and the format of the next token where it is not the last page.
func page(list string, all, most int, token string, member func(int) string, next string) string {
	from, _ := strconv.Atoi(token)
	to := min(all, from+most)
	var text strings.Builder
	for i := from; i < to; i++ {
		text.WriteString("<member>" + member(i) + "</member>")
	}
	answer := fmt.Sprintf("<%[1]s>%[2]s</%[1]s>", list, text.String())
	if to < all {
		answer += fmt.Sprintf(next, to)
	}
	return answer
}

func (a *Account) role(i int) string {
	name := fmt.Sprintf("stack-%d-role-%d", i/a.RolesPerStack, i%a.RolesPerStack)
	text := fmt.Sprintf("<RoleName>%[1]s</RoleName><Path>/</Path><Arn>arn:aws:iam::%[2]s:role/%[1]s</Arn>", name, AccountID)
	if a.Boundary != "" {
		text += "<PermissionsBoundary><PermissionsBoundaryArn>" + mototest.Escape(a.Boundary) + "</PermissionsBoundaryArn></PermissionsBoundary>"
	}
	return text
}

func (a *Account) stack(i int) string {
	return fmt.Sprintf("<StackName>stack-%[1]d</StackName><StackId>arn:aws:cloudformation:%[2]s:%[3]s:stack/stack-%[1]d/1</StackId>"+
		"<StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>2026-11-24T09:00:00Z</CreationTime>"+
		"<Capabilities><member>CAPABILITY_IAM</member><member>CAPABILITY_AUTO_EXPAND</member></Capabilities>"+
		"<Parameters><member><ParameterKey>env</ParameterKey><ParameterValue>dev</ParameterValue></member></Parameters>", i, Region, AccountID)
}
