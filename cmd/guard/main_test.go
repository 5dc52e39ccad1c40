package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/test/lambdatest"
	"amplify-boundary/internal/test/mototest"
)

// ample is time enough for an answer on a busy machine.
const ample = 25 * time.Second

// bootstrap is the binary under test, built by TestMain.
var bootstrap string

func TestMain(m *testing.M) {
	// The go command takes a test's result from its cache where the test's own binary is the same: so the
	// function must be in there, although it is the bootstrap that runs.
	fmt.Fprintf(io.Discard, "%p", main)
	os.Exit(lambdatest.Main(m, &bootstrap))
}

// start starts a bootstrap with environment variables. It ends with the test.
func start(t *testing.T, variables ...string) *lambdatest.Function {
	t.Helper()
	f, err := lambdatest.Start(t.Context(), []string{bootstrap}, variables...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Stop() })
	return f
}

// ask gives the function an event about a role with a boundary.
func ask(t *testing.T, f *lambdatest.Function, boundary string) guard.Answer {
	t.Helper()
	return askOf(t, f, mototest.AccountID, boundary)
}

// askOf gives the function an event about a role of an account.
func askOf(t *testing.T, f *lambdatest.Function, accountID, boundary string) guard.Answer {
	t.Helper()
	return answer(t, f, fmt.Sprintf(`{"clientRequestToken": "token", "awsAccountId": %q, "stackId": "", "actionInvocationPoint": "CREATE_PRE_PROVISION",
		"requestData": {"targetName": "AWS::IAM::Role", "targetLogicalId": "Role", "targetModel": {"resourceProperties": {"PermissionsBoundary": %q}}}}`, accountID, boundary))
}

func answer(t *testing.T, f *lambdatest.Function, event string) guard.Answer {
	t.Helper()
	response, err := f.Invoke([]byte(event), ample)
	if err != nil {
		t.Fatalf("%v; its log:\n%s", err, f.Log())
	}
	var a guard.Answer
	if err := json.Unmarshal(response, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// The function reads more parameters than one page has.
func TestFunctionReadsParameterStore(t *testing.T) {
	endpoint := mototest.Start(t)
	const entries = 25
	for i := range entries {
		mototest.PutParameter(t, endpoint, "eu-west-1", fmt.Sprintf("/guarded/e%d", i), arn(i), types.ParameterTypeString)
	}
	f := start(t, append(mototest.Environ(endpoint, "eu-west-1"), "PARAMETER_PREFIX=/guarded")...)
	checkEntries(t, f, entries)
}

func TestFunctionReadsAThousandParameters(t *testing.T) {
	const entries, page = 1000, 10
	f := start(t, variables(serve(t, func(w http.ResponseWriter, request pageRequest) {
		first := 0
		if request.NextToken != "" {
			fmt.Sscan(request.NextToken, &first)
		}
		var list []string
		for i := first; i < first+page; i++ {
			list = append(list, fmt.Sprintf(`{"Name": "/amplify-boundary/e%d", "Value": %q}`, i, arn(i)))
		}
		next := ""
		if first+page < entries {
			next = fmt.Sprintf(`, "NextToken": "%d"`, first+page)
		}
		fmt.Fprintf(w, `{"Parameters": [%s]%s}`, strings.Join(list, ","), next)
	}))...)
	checkEntries(t, f, entries)
}

// In an organisation with many accounts, a role that has its boundary takes a few calls: their number must not be
// what keeps a stack with several roles from being deployed. Any other role takes the exceptions, and the whole hierarchy.
func TestFunctionReadsAnOrganisation(t *testing.T) {
	const accounts, page = 1000, 10
	var calls atomic.Int64
	f := start(t, variables(serve(t, func(w http.ResponseWriter, request pageRequest) {
		calls.Add(1)
		boundary := fmt.Sprintf(`{"Name": "/amplify-boundary/dev", "Value": %q}`, arn(0))
		entry := fmt.Sprintf(`{"Name": "/amplify-boundary/_account/%s", "Value": "dev"}`, mototest.AccountID)
		first := 0
		fmt.Sscan(request.NextToken, &first)
		switch {
		case request.Names != nil:
			fmt.Fprintf(w, `{"Parameters": [%s]}`, entry)
		case request.Path == "/amplify-boundary/_except":
			fmt.Fprint(w, `{"Parameters": []}`)
		case !request.Recursive:
			fmt.Fprintf(w, `{"Parameters": [%s]}`, boundary)
		case first < accounts:
			fmt.Fprintf(w, `{"Parameters": [%s], "NextToken": "%d"}`, strings.TrimSuffix(strings.Repeat(`{"Name": "/amplify-boundary/_account/1", "Value": "dev"},`, page), ","), first+page)
		default:
			fmt.Fprintf(w, `{"Parameters": [%s, %s, {"Name": "/amplify-boundary/shop/dev", "Value": %q}]}`, entry, boundary, arn(1))
		}
	}))...)
	for _, test := range []struct {
		boundary string
		status   string
		calls    int64
	}{
		{arn(0), guard.Success, 3},
		{arn(1), guard.Success, 3 + 1 + accounts/page + 1}, // a project's
		{arn(2), guard.Failed, 3 + 1 + accounts/page + 1},
	} {
		calls.Store(0)
		if got := ask(t, f, test.boundary); got.HookStatus != test.status || calls.Load() > test.calls {
			t.Errorf("%s: got %s after %d calls, want %s after at most %d", test.boundary, got.HookStatus, calls.Load(), test.status, test.calls)
		}
	}
}

// In an organisation with many accounts and as many exceptions as there can be, an excepted role takes a few calls more.
func TestFunctionReadsExceptions(t *testing.T) {
	const accounts, exceptions, page = 1000, 50, 10
	var calls atomic.Int64
	f := start(t, variables(serve(t, func(w http.ResponseWriter, request pageRequest) {
		calls.Add(1)
		first := 0
		fmt.Sscan(request.NextToken, &first)
		var list []string
		last := first + page
		for i := first; i < last; i++ {
			switch {
			case request.Path == "/amplify-boundary/_except" && i < exceptions:
				list = append(list, fmt.Sprintf(`{"Name": "/amplify-boundary/_except/e%d", "Value": "{\"roles\": [\"excepted-%[1]d\"], \"reason\": \"r\"}"}`, i))
			case request.Path == "/amplify-boundary" && request.Recursive && i < accounts:
				list = append(list, `{"Name": "/amplify-boundary/_account/1", "Value": "dev"}`)
			}
		}
		if request.Names != nil {
			list = []string{fmt.Sprintf(`{"Name": %q, "Value": "dev"}`, request.Names[0])}
		}
		next := ""
		if len(list) == page && (request.Path == "/amplify-boundary" || last < exceptions) {
			next = fmt.Sprintf(`, "NextToken": "%d"`, last)
		}
		fmt.Fprintf(w, `{"Parameters": [%s]%s}`, strings.Join(list, ","), next)
	}))...)
	for role, test := range map[string]struct {
		status string
		calls  int64
	}{
		"excepted-0":  {guard.Success, 3 + exceptions/page},
		"excepted-49": {guard.Success, 3 + exceptions/page},
		"other":       {guard.Failed, 3 + exceptions/page + accounts/page + 1},
	} {
		calls.Store(0)
		got := answer(t, f, fmt.Sprintf(`{"clientRequestToken": "token", "awsAccountId": %q, "stackId": "", "actionInvocationPoint": "CREATE_PRE_PROVISION",
			"requestData": {"targetName": "AWS::IAM::Role", "targetModel": {"resourceProperties": {"RoleName": %q}}}}`, mototest.AccountID, role))
		if got.HookStatus != test.status || calls.Load() > test.calls {
			t.Errorf("%s: got %+v after %d calls, want %s after at most %d", role, got, calls.Load(), test.status, test.calls)
		}
	}
}

func arn(i int) string { return fmt.Sprintf("arn:aws:iam::123456789012:policy/e%d", i) }

func checkEntries(t *testing.T, f *lambdatest.Function, entries int) {
	t.Helper()
	for _, i := range []int{0, entries / 2, entries - 1} {
		if got := ask(t, f, arn(i)); got.HookStatus != guard.Success {
			t.Errorf("e%d: got %+v", i, got)
		}
	}
	if got := ask(t, f, arn(entries)); got.ErrorCode != guard.NonCompliant {
		t.Errorf("a policy that is not an entry: got %+v", got)
	}
}

// pageRequest is what the function asks of Parameter Store.
type pageRequest struct {
	Path      string
	NextToken string
	Recursive bool
	Names     []string // of GetParameters
}

// serve starts a Parameter Store that gives pages of a hierarchy.
func serve(t *testing.T, answer func(http.ResponseWriter, pageRequest)) (endpoint string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var request pageRequest
		if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		answer(w, request)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// throttling is a Parameter Store that refuses the first calls.
func throttling(t *testing.T, times int64) (endpoint string) {
	t.Helper()
	var calls atomic.Int64
	return serve(t, func(w http.ResponseWriter, _ pageRequest) {
		if calls.Add(1) <= times {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"__type": "ThrottlingException", "message": "Rate exceeded"}`)
			return
		}
		fmt.Fprint(w, `{"Parameters": [{"Name": "/amplify-boundary/dev", "Value": "arn:aws:iam::123456789012:policy/dev"}]}`)
	})
}

func variables(endpoint string) []string {
	return append(mototest.Environ(endpoint, "eu-west-1"), "AWS_ENDPOINT_URL_SSM="+endpoint)
}

func TestThrottlingIsWaitedOut(t *testing.T) {
	f := start(t, variables(throttling(t, 4))...) // one more than the SDK's own choice of attempts lets pass
	if got := ask(t, f, "arn:aws:iam::123456789012:policy/dev"); got.HookStatus != guard.Success {
		t.Errorf("got %+v", got)
	}
}

func TestTroubleIsSaidInTime(t *testing.T) {
	f := start(t, variables(throttling(t, 1<<40))...)
	got := ask(t, f, "arn:aws:iam::123456789012:policy/dev")
	if got.ErrorCode != guard.InternalFailure || !strings.Contains(got.Message, "ssm:GetParametersByPath of /amplify-boundary") {
		t.Errorf("got %+v", got)
	}
	if !strings.Contains(f.Log(), `"level":"ERROR"`) {
		t.Errorf("the log has no error: %s", f.Log())
	}
}

func TestBadSettingStopsTheFunction(t *testing.T) {
	f := start(t, append(variables("http://127.0.0.1:1"), "GUARD_PASSES_NONE=perhaps", "REGISTRY_ROLE_ARN=reader")...)
	if _, err := f.Invoke([]byte(`{}`), ample); err == nil || !strings.Contains(f.Log(), "setting GUARD_PASSES_NONE is") || !strings.Contains(f.Log(), "setting REGISTRY_ROLE_ARN is") {
		t.Errorf("got %v and the log %s", err, f.Log())
	}
}

// In a member account the function reads the hierarchy of the central account, by a role of it; what it answers
// for is the member's account.
func TestFunctionReadsRegistryOfAnotherAccount(t *testing.T) {
	const member = "210987654321"
	endpoint := mototest.Start(t)
	mototest.PutParameter(t, endpoint, "eu-west-1", "/central/dev", "arn:aws:iam::${AWS::AccountId}:policy/dev", types.ParameterTypeString)
	environ := append(memberEnviron(t, endpoint, member), "PARAMETER_PREFIX=/central")
	f := start(t, append(environ, "REGISTRY_ROLE_ARN=arn:aws:iam::"+mototest.AccountID+":role/reader")...)
	if got := askOf(t, f, member, "arn:aws:iam::"+member+":policy/dev"); got.HookStatus != guard.Success {
		t.Errorf("got %+v", got)
	}
	if got := askOf(t, f, member, "arn:aws:iam::"+mototest.AccountID+":policy/dev"); got.ErrorCode != guard.NonCompliant {
		t.Errorf("a boundary of the central account: got %+v", got)
	}
	own := start(t, environ...)
	if got := askOf(t, own, member, "arn:aws:iam::"+member+":policy/dev"); got.ErrorCode != guard.NonCompliant {
		t.Errorf("without the role, whose account has no registry: got %+v", got)
	}
}

func TestRoleThatCannotBeAssumed(t *testing.T) {
	denying := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized</Message></Error></ErrorResponse>`)
	}))
	t.Cleanup(denying.Close)
	f := start(t, append(variables("http://127.0.0.1:1"), "AWS_ENDPOINT_URL_STS="+denying.URL, "REGISTRY_ROLE_ARN=arn:aws:iam::123456789012:role/reader")...)
	got := ask(t, f, "arn:aws:iam::123456789012:policy/dev")
	if got.ErrorCode != guard.InternalFailure || !strings.Contains(got.Message, "assume role arn:aws:iam::123456789012:role/reader: access denied (not authorized)") {
		t.Errorf("got %+v", got)
	}
}

// memberEnviron returns the environment variables of a function in a member account.
func memberEnviron(t *testing.T, endpoint, accountID string) []string {
	t.Helper()
	c, err := mototest.AccountConfig(t, endpoint, "eu-west-1", accountID).Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return append(mototest.Environ(endpoint, "eu-west-1"),
		"AWS_ACCESS_KEY_ID="+c.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+c.SecretAccessKey, "AWS_SESSION_TOKEN="+c.SessionToken)
}
