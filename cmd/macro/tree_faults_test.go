package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"amplify-boundary/internal/test/lambdatest"
)

// badS3 stands in for S3, which answers for each key in its own way. What is at wait it never answers.
func badS3(t *testing.T) string {
	t.Helper()
	refuse := func(w http.ResponseWriter, status int, code string) {
		w.WriteHeader(status)
		fmt.Fprintf(w, "<Error><Code>%s</Code><Message>hunter2</Message></Error>", code)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch key := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]; {
		case r.Method == http.MethodPut:
			refuse(w, http.StatusPreconditionFailed, "PreconditionFailed")
		case key == "denied":
			refuse(w, http.StatusForbidden, "AccessDenied")
		case key == "gone":
			refuse(w, http.StatusNotFound, "NoSuchBucket")
		case key == "elsewhere":
			refuse(w, http.StatusMovedPermanently, "PermanentRedirect")
		case key == "earlier":
			fmt.Fprint(w, `{"Transform":["AmplifyBoundary","Other"],"Resources":{}}`)
		case key == "wait":
			<-r.Context().Done()
		default:
			fmt.Fprint(w, `{"Resources":{}}`)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// startBound starts a function that bounds nested stacks. All but S3 it asks of a proxy, which says no.
func startBound(t *testing.T) function {
	t.Helper()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	t.Cleanup(proxy.Close)
	return start(t, "AWS_ENDPOINT_URL_SSM="+newStore(t, lambdatest.Serve(map[string]string{"/amplify-boundary/dev": devARN})), "AWS_ENDPOINT_URL_S3="+badS3(t),
		"AWS_MAX_ATTEMPTS=1", "HTTPS_PROXY="+proxy.URL, "NESTED_STACKS=bound", "NESTED_TEMPLATE_BUCKET=copies")
}

// stackAt is a nested stack with a URL, and perhaps a condition.
func stackAt(id, url, more string) string {
	return fmt.Sprintf(`%q:{"Type":"AWS::CloudFormation::Stack",%s"Properties":{"TemplateURL":%q}}`, id, more, url)
}

func boundRequest(fragment string) []byte {
	return fmt.Appendf(nil, `{"region":"eu-west-1","accountId":"123456789012","fragment":%s,"transformId":"123456789012::AmplifyBoundary",`+
		`"params":{"Environment":"dev"},"requestId":"id-1","templateParameterValues":{}}`, fragment)
}

// Each bad input has its message, and none of them has what is secret: what S3 says, and signatures.
func TestTree_bad_input(t *testing.T) {
	const signed = "https://assets.s3.eu-west-1.amazonaws.com/x?X-Amz-Algorithm=A&X-Amz-Credential=hunter2&X-Amz-Date=D&X-Amz-Expires=9&X-Amz-SignedHeaders=host&X-Amz-Signature=hunter2"
	f := startBound(t)
	for name, test := range map[string]struct{ url, want string }{
		"denied":    {assetsURL + "denied", "access denied, or the template does not exist (without s3:ListBucket, S3 gives the same answer for both) [assets/denied]"},
		"gone":      {assetsURL + "gone", "the bucket does not exist [assets/gone]"},
		"elsewhere": {assetsURL + "elsewhere", "the bucket is in another region [assets/elsewhere]"},
		"earlier":   {assetsURL + "earlier", "it declares the macro, but not last [assets/earlier]"},
		"scheme":    {"http://assets.s3.eu-west-1.amazonaws.com/hunter2", "the scheme of TemplateURL is not https"},
		"host":      {"https://hunter2.example.com/x", "the host of TemplateURL is not a host of S3"},
		"query":     {assetsURL + "x?response-content-type=hunter2", "the query of TemplateURL is neither versionId nor a signature"},
		"presigned": {signed, "no connection to S3"},
	} {
		t.Run(name, func(t *testing.T) {
			answer, log := f.invoke(t, boundRequest(`{"Resources":{`+stackAt("Child", test.url, "")+`}}`), ample)
			var got struct {
				Status       string `json:"status"`
				ErrorMessage string `json:"errorMessage"`
			}
			if err := json.Unmarshal(answer, &got); err != nil {
				t.Fatal(err)
			}
			if got.Status != "failure" || !strings.Contains(got.ErrorMessage, "Child (AWS::CloudFormation::Stack): ") || !strings.Contains(got.ErrorMessage, test.want) || strings.HasSuffix(got.ErrorMessage, "; ") {
				t.Errorf("got %s, want in it %q", answer, test.want)
			}
			if strings.Contains(string(answer)+log, "hunter2") {
				t.Errorf("a secret is in the answer or the log: %s\n%s", answer, log)
			}
		})
	}
}

// A copy that another invocation wrote is as good, and a stack that does not exist is not looked at.
func TestTree_good_input(t *testing.T) {
	f := startBound(t)
	fragment := `{"Conditions":{"No":{"Fn::Equals":["a","b"]}},"Resources":{` + stackAt("Absent", assetsURL+"denied", `"Condition":"No",`) + `,` + stackAt("Child", assetsURL+"fine", "") + `}}`
	answer, log := f.invoke(t, boundRequest(fragment), ample)
	if !strings.Contains(string(answer), `"status":"success"`) || !strings.Contains(string(answer), `"https://copies.s3.eu-west-1.amazonaws.com/`) {
		t.Errorf("got %s", answer)
	}
	if !strings.Contains(log, `"action":"skipped"`) || !strings.Contains(log, `"action":"copied"`) {
		t.Errorf("got log %s", log)
	}
}

// The macro names the nested stacks that it cannot process in time, and what to do, before Lambda ends the function.
func TestTree_more_than_fits(t *testing.T) {
	const children = 500
	f := startBound(t)
	stacks := make([]string, children)
	for i := range stacks {
		stacks[i] = stackAt(fmt.Sprintf("Child%03d", i), fmt.Sprintf("%s%d/wait", assetsURL, i), "")
	}
	answer, _ := f.invoke(t, boundRequest(`{"Resources":{`+strings.Join(stacks, ",")+`}}`), 4*time.Second)
	for _, want := range []string{"Child000 (AWS::CloudFormation::Stack): not reached before the function's deadline", "and 480 more", "raise the Timeout of the macro's function"} {
		if !strings.Contains(string(answer), want) {
			t.Errorf("got %s, want in it %q", answer, want)
		}
	}
}
