package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/lambdatest"
)

// Without an endpoint of its own, the function asks the proxy for AWS's, by the name of the
// region's. The proxy says no, so nothing here reaches a network.
func TestTheProxyIsAskedForAWSsEndpoint(t *testing.T) {
	for name, test := range map[string]struct {
		variables []string
		want      string
	}{
		"plain":            {nil, "ssm.eu-west-1.amazonaws.com:443"},
		"parameter_region": {[]string{"PARAMETER_REGION=eu-central-1"}, "ssm.eu-central-1.amazonaws.com:443"},
		"china":            {[]string{"PARAMETER_REGION=cn-north-1", "AWS_ENDPOINT_URL_SSM="}, "ssm.cn-north-1.amazonaws.com.cn:443"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := make(chan string, 10)
			proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked <- r.Method + " " + r.Host
				w.WriteHeader(http.StatusForbidden)
			}))
			defer proxy.Close()
			f := start(t, append(test.variables, "HTTPS_PROXY="+proxy.URL, "AWS_MAX_ATTEMPTS=1")...)
			checkFault(t, f, ample, ".*: no connection to Parameter Store .*")
			if got, want := <-asked, "CONNECT "+test.want; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

// A host without a dot is one that a proxy may be asked for, over http as well.
func TestAnHTTPEndpointIsReachedThroughTheProxy(t *testing.T) {
	t.Parallel()
	var host string
	store := lambdatest.ParameterStore(func(w http.ResponseWriter, r *http.Request, names []string) {
		host = r.Host
		serve(devARN)(w, r, names)
	})
	proxy := httptest.NewServer(store)
	defer proxy.Close()
	f := start(t, "AWS_ENDPOINT_URL_SSM=http://parameterstore:5000", "HTTP_PROXY="+proxy.URL)
	functionCase{"", request("dev", ""), success(devARN), bounded(map[string]any{"parameter": "/amplify-boundary/dev"})}.run(t, f, ample)
	if want := "parameterstore:5000"; host != want {
		t.Errorf("got host %s, want %s", host, want)
	}
}

func TestAWSEndpointURLServesToo(t *testing.T) {
	t.Parallel()
	f := start(t, "AWS_ENDPOINT_URL="+newStore(t, serve(devARN)), "AWS_ENDPOINT_URL_SSM=")
	functionCase{"", request("dev", ""), success(devARN), bounded(map[string]any{"parameter": "/amplify-boundary/dev"})}.run(t, f, ample)
}

// What the function signs with is what Lambda gave it.
func TestTheCredentialsOfTheFunctionSign(t *testing.T) {
	t.Parallel()
	var got []string
	endpoint := newStore(t, func(w http.ResponseWriter, r *http.Request, names []string) {
		_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
		scope := strings.Split(credential, "/")
		got = []string{scope[0], scope[2], scope[3], r.Header.Get("X-Amz-Security-Token")}
		serve(devARN)(w, r, names)
	})
	f := start(t, "AWS_ENDPOINT_URL_SSM="+endpoint, "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret", "AWS_SESSION_TOKEN=session", "PARAMETER_REGION=eu-central-1")
	f.invoke(t, request("dev", ""), ample)
	if diff := cmp.Diff([]string{"key", "eu-central-1", "ssm", "session"}, got); diff != "" {
		t.Error(diff)
	}

	f = start(t, "AWS_ENDPOINT_URL_SSM="+endpoint, "AWS_SECRET_ACCESS_KEY=")
	checkFault(t, f, ample, ".*: there are no usable AWS credentials; .*")
}
