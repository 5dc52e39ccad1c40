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
	"amplify-boundary/internal/lambdatest"
	"amplify-boundary/internal/mototest"
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
	event := fmt.Sprintf(`{"clientRequestToken": "token", "awsAccountId": "123456789012", "stackId": "", "actionInvocationPoint": "CREATE_PRE_PROVISION",
		"requestData": {"targetName": "AWS::IAM::Role", "targetLogicalId": "Role", "targetModel": {"resourceProperties": {"PermissionsBoundary": %q}}}}`, boundary)
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

func arn(i int) string { return fmt.Sprintf("arn:aws:iam::123456789012:policy/e%d", i) }

func checkEntries(t *testing.T, f *lambdatest.Function, entries int) {
	t.Helper()
	for _, i := range []int{0, entries / 2, entries - 1} {
		if got := ask(t, f, arn(i)); got.HookStatus != guard.Success {
			t.Errorf("e%d: got %+v", i, got)
		}
	}
	if got := ask(t, f, arn(entries)); got.ErrorCode != guard.NonCompliant {
		t.Errorf("a policy that is no entry: got %+v", got)
	}
}

// pageRequest is what the function asks of Parameter Store.
type pageRequest struct{ NextToken string }

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
	f := start(t, append(variables("http://127.0.0.1:1"), "GUARD_PASSES_NONE=perhaps")...)
	if _, err := f.Invoke([]byte(`{}`), ample); err == nil || !strings.Contains(f.Log(), "setting GUARD_PASSES_NONE is") {
		t.Errorf("got %v and the log %s", err, f.Log())
	}
}
