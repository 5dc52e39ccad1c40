package bench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"amplify-boundary/internal/guard"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/test/lambdatest"
)

// Cold starts of Lambda functions, from exec to the first answer, and the CPU time that they take, user and system.
func BenchmarkStart(b *testing.B) {
	values := lambdatest.NewParameterStore(lambdatest.Serve(registry))
	defer values.Close()
	hierarchy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		fmt.Fprintf(w, `{"Parameters":[{"Name":%q,"Value":%q,"Type":"String"}]}`, parameterName, boundaryARN)
	}))
	defer hierarchy.Close()
	event := fmt.Appendf(nil, `{"clientRequestToken": "token", "awsAccountId": %q, "stackId": "", "actionInvocationPoint": "CREATE_PRE_PROVISION",
		"requestData": {"targetName": "AWS::IAM::Role", "targetLogicalId": "Role", "targetModel": {"resourceProperties": {"PermissionsBoundary": %q}}}}`, accountID, boundaryARN)
	for _, f := range []struct {
		name, source, store string
		payload             []byte
		success             string
	}{
		{"bare", "./bare", values.URL, request(template(b, 10_000, 2)), string(macro.Success)},
		{"macro", "../../cmd/macro", values.URL, request(template(b, 10_000, 2)), string(macro.Success)},
		{"guard", "../../cmd/guard", hierarchy.URL, event, string(guard.Success)},
	} {
		program, err := lambdatest.Build(b.TempDir(), f.source)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(f.name, func(b *testing.B) {
			start(b, program, f.store, f.payload, f.success) // the first start fills the caches of the file system
			cpu := time.Duration(0)
			for b.Loop() {
				cpu += start(b, program, f.store, f.payload, f.success)
			}
			b.ReportMetric(float64(cpu)/float64(b.N), "cpu-ns/op")
		})
	}
}

// start starts a function, gives it one request, and returns the CPU time that it took.
func start(b *testing.B, program, store string, payload []byte, success string) (cpu time.Duration) {
	b.Helper()
	function, err := lambdatest.Start(b.Context(), []string{program},
		"AWS_ENDPOINT_URL_SSM="+store, "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	if err != nil {
		b.Fatal(err)
	}
	response, err := function.Invoke(payload, time.Minute)
	used := function.Stop()
	if err != nil {
		b.Fatal(err)
	}
	var answer struct{ Status, HookStatus, ErrorMessage, Message string }
	if err := json.Unmarshal(response, &answer); err != nil || answer.Status+answer.HookStatus != success {
		b.Fatalf("got %+v, %v", answer, err)
	}
	return used.UserTime() + used.SystemTime()
}
