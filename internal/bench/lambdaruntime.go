package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"
)

// lambdaRuntime is the part of the Lambda runtime API that a function needs for one invocation, see
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html. An error that a function reports comes
// out as its answer.
type lambdaRuntime struct {
	server  *httptest.Server
	answers chan []byte
	done    chan struct{}
}

// startRuntime offers one request.
func startRuntime(request []byte) *lambdaRuntime {
	r := &lambdaRuntime{answers: make(chan []byte, 1), done: make(chan struct{})}
	requests := make(chan []byte, 1)
	requests <- request

	const version = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+version+"invocation/next", func(w http.ResponseWriter, _ *http.Request) {
		select {
		case request := <-requests:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", "1")
			w.Header().Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(time.Now().Add(startLimit).UnixMilli(), 10))
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:AmplifyBoundary")
			_, _ = w.Write(request)
		case <-r.done: // a function waits for its next request until it is killed
		}
	})
	answer := func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return
		}
		select {
		case r.answers <- body:
		default: // one is enough
		}
		w.WriteHeader(http.StatusAccepted)
	}
	mux.HandleFunc("POST "+version+"invocation/1/response", answer)
	mux.HandleFunc("POST "+version+"invocation/1/error", answer)
	mux.HandleFunc("POST "+version+"init/error", answer)
	r.server = httptest.NewServer(mux)
	return r
}

// address is host and port.
func (r *lambdaRuntime) address() string { return strings.TrimPrefix(r.server.URL, "http://") }

func (r *lambdaRuntime) stop() {
	close(r.done)
	r.server.Close()
}
