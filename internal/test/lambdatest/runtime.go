// Package lambdatest stands in for the environment of a Lambda function, for tests and benchmarks: the runtime API, from which
// the function gets its requests, and Parameter Store.
//
// It enforces Lambda's limits on the size of requests and answers, but not those on memory and time: a function is a process of
// this machine.
package lambdatest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"
)

// PayloadLimit is Lambda's limit on a request and on an answer, in bytes.
const PayloadLimit = 6 << 20

// FunctionARN is the ARN with which the function is invoked.
const FunctionARN = "arn:aws:lambda:eu-west-1:123456789012:function:AmplifyBoundary"

// Outcome is what a function posted to the runtime API.
type Outcome struct {
	Path string // response, error, init/error, or response too large
	Body []byte
}

// runtime is the runtime API of one function, see
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
type runtime struct {
	server   *httptest.Server
	requests chan request  // for the function that polls
	polled   chan struct{} // has an element after the first poll
	outcomes chan Outcome
	closed   chan struct{}
}

type request struct {
	payload  []byte
	deadline time.Time
}

func newRuntime() *runtime {
	r := &runtime{
		requests: make(chan request),
		polled:   make(chan struct{}, 1),
		outcomes: make(chan Outcome, 1),
		closed:   make(chan struct{}),
	}
	const version = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+version+"invocation/next", r.next)
	mux.HandleFunc("POST "+version+"invocation/{id}/response", r.post("response"))
	mux.HandleFunc("POST "+version+"invocation/{id}/error", r.post("error"))
	mux.HandleFunc("POST "+version+"init/error", r.post("init/error"))
	r.server = httptest.NewServer(mux)
	return r
}

// address returns host and port, the form of AWS_LAMBDA_RUNTIME_API.
func (r *runtime) address() string { return strings.TrimPrefix(r.server.URL, "http://") }

// close ends all open requests.
func (r *runtime) close() {
	close(r.closed)
	r.server.CloseClientConnections()
	r.server.Close()
}

func (r *runtime) next(w http.ResponseWriter, poll *http.Request) {
	select {
	case r.polled <- struct{}{}:
	default:
	}
	select {
	case given := <-r.requests:
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "lambda-request")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(given.deadline.UnixMilli()))
		w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", FunctionARN)
		_, _ = w.Write(given.payload)
	case <-poll.Context().Done():
	case <-r.closed:
	}
}

func (r *runtime) post(path string) http.HandlerFunc {
	return func(w http.ResponseWriter, posted *http.Request) {
		body, _ := io.ReadAll(posted.Body)
		outcome, status := Outcome{path, body}, http.StatusAccepted
		if len(body) > PayloadLimit {
			outcome.Path, status = "response too large", http.StatusRequestEntityTooLarge
		}
		w.WriteHeader(status)
		select {
		case r.outcomes <- outcome:
		case <-r.closed:
		}
	}
}
