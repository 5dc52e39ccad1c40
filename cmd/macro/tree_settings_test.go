package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/mototest"
)

// front stands before moto's S3 and lists the calls that it gets, each with the status of its answer.
type front struct {
	mutex sync.Mutex
	calls []string
}

// newFront starts one, and returns its URL too.
func newFront(t *testing.T, endpoint string) (*front, string) {
	t.Helper()
	moto, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	f := &front{}
	proxy := httputil.NewSingleHostReverseProxy(moto)
	proxy.ModifyResponse = func(answer *http.Response) error {
		f.mutex.Lock()
		defer f.mutex.Unlock()
		f.calls = append(f.calls, fmt.Sprint(answer.Request.Method, " ", answer.StatusCode))
		return nil
	}
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return f, server.URL
}

// taken returns the calls since it was last asked.
func (f *front) taken() []string {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	calls := f.calls
	f.calls = nil
	return calls
}

// treeRequest is a request for a fragment with one nested stack, at a URL.
func treeRequest(environment, templateURL string) []byte {
	return fmt.Appendf(nil, `{"region":"eu-west-1","accountId":"123456789012","fragment":%s,"transformId":"123456789012::AmplifyBoundary",`+
		`"params":{"Environment":%q},"requestId":"id-1","templateParameterValues":{}}`, treeFragment(templateURL), environment)
}

func treeFragment(templateURL string) string {
	return fmt.Sprintf(`{"Resources": {"Child":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL" : %q}}}}`, templateURL)
}

func treeSuccess(templateURL string) string {
	return `{"requestId":"id-1","status":"success","fragment":` + treeFragment(templateURL) + `}`
}

const assetsURL = "https://assets.s3.eu-west-1.amazonaws.com/"

// Where nothing is to be done about nested stacks, S3 is not called; where they are only looked at, nothing
// is written.
func TestTree_settings(t *testing.T) {
	endpoint, c := newSettingsCloud(t)
	c.put(t, "plain", `{"Resources":{`+treeRole+`}}`)
	c.put(t, "declares", declaredTemplate(treeRole))
	plain, declares := assetsURL+"plain", assetsURL+"declares"
	undeclared := failure("AmplifyBoundary cannot set the permissions boundary on every role (Child (AWS::CloudFormation::Stack): it does not declare the macro [assets/plain]); " +
		"declare the macro in it: amplify-boundary declare FILE")

	for name, test := range map[string]struct {
		variables        []string
		environment, url string
		want             string
		calls            []string
	}{
		"unset":               {nil, "dev", plain, treeSuccess(plain), nil},
		"ignore":              {[]string{"NESTED_STACKS=ignore"}, "dev", plain, treeSuccess(plain), nil},
		"report":              {[]string{"NESTED_STACKS=bound", "MODE=report"}, "dev", plain, treeSuccess(plain), nil},
		"report_require":      {[]string{"NESTED_STACKS=require", "MODE=report"}, "dev", plain, treeSuccess(plain), nil},
		"none":                {[]string{"NESTED_STACKS=bound"}, "sandbox", plain, treeSuccess(plain), nil},
		"none_require":        {[]string{"NESTED_STACKS=require"}, "sandbox", plain, treeSuccess(plain), nil},
		"require_undeclared":  {[]string{"NESTED_STACKS=require"}, "dev", plain, undeclared, []string{"GET 200"}},
		"require_declared":    {[]string{"NESTED_STACKS=require"}, "dev", declares, treeSuccess(declares), []string{"GET 200"}},
		"bound_that_declares": {[]string{"NESTED_STACKS=bound"}, "dev", declares, treeSuccess(declares), []string{"GET 200"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls, s3 := newFront(t, endpoint)
			f := start(t, append(settingsEnviron(endpoint, s3), test.variables...)...)
			got, _ := f.invoke(t, treeRequest(test.environment, test.url), ample)
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.calls, calls.taken()); diff != "" {
				t.Errorf("calls of S3 (-want +got):\n%s", diff)
			}
		})
	}
}

// The same tree has the same answer, and nothing is written again; a new boundary gives another copy.
func TestTree_same_again(t *testing.T) {
	endpoint, c := newSettingsCloud(t)
	c.put(t, "plain", `{"Resources":{`+treeRole+`}}`)
	calls, s3 := newFront(t, endpoint)
	f := start(t, append(settingsEnviron(endpoint, s3), "NESTED_STACKS=bound")...)
	invoke := func(boundary string, want ...string) string {
		t.Helper()
		mototest.PutParameter(t, endpoint, region, "/amplify-boundary/dev", boundary, types.ParameterTypeString)
		answer, _ := f.invoke(t, treeRequest("dev", assetsURL+"plain"), ample)
		if diff := cmp.Diff(want, calls.taken()); diff != "" {
			t.Errorf("calls of S3 (-want +got):\n%s", diff)
		}
		return string(answer)
	}
	first := invoke(devARN, "GET 200", "PUT 200")
	if !strings.Contains(first, `"TemplateURL" : "https://copies.s3.eu-west-1.amazonaws.com/`) {
		t.Errorf("got %s", first)
	}
	if again := invoke(devARN, "GET 200", "PUT 412"); again != first {
		t.Errorf("got  %s\nwant %s", again, first)
	}
	if changed := invoke(devARN+"2", "GET 200", "PUT 200"); changed == first {
		t.Errorf("got the same copy for another boundary: %s", changed)
	}
	if back := invoke(devARN, "GET 200", "PUT 412"); back != first {
		t.Errorf("got  %s\nwant %s", back, first)
	}
}

func newSettingsCloud(t *testing.T) (endpoint string, c cloud) {
	t.Helper()
	c = newTreeCloud(t)
	mototest.PutParameter(t, c.endpoint, region, "/amplify-boundary/sandbox", "none", types.ParameterTypeString)
	return c.endpoint, c
}

// settingsEnviron leads a function to moto, and to a front for S3 alone.
func settingsEnviron(endpoint, s3 string) []string {
	return append(mototest.Environ(endpoint, region), "AWS_ENDPOINT_URL_S3="+s3, "NESTED_TEMPLATE_BUCKET=copies")
}
