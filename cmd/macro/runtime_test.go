package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// payloadLimit is Lambda's, for a request and for an answer.
const payloadLimit = 6 << 20

// bootstrap is the binary under test, built by TestMain.
var bootstrap string

func TestMain(m *testing.M) {
	// The go command takes a test's result from its cache where the test's own binary is the same: so the
	// function must be in there, although it is the bootstrap that runs.
	fmt.Fprintf(io.Discard, "%p", main)
	os.Exit(build(m))
}

// build builds the binary as template.yaml's build does, and runs the tests.
func build(m *testing.M) int {
	dir, err := os.MkdirTemp("", "bootstrap")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	bootstrap = filepath.Join(dir, "bootstrap")
	command := exec.Command("go", "build", "-tags", "lambda.norpc", "-o", bootstrap, ".")
	command.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := command.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%v: %s", err, output)
		return 1
	}
	return m.Run()
}

// function is a running bootstrap, with a stand-in for Lambda's runtime API, see
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html.
type function struct {
	log     *os.File // what the process writes to its standard error
	died    chan struct{}
	process *exec.Cmd

	next     chan invocation // hands a request to the function that polls
	polled   chan struct{}   // holds a token after the first poll
	outcomes chan outcome
}

type invocation struct {
	id       string
	payload  []byte
	deadline time.Time
}

// outcome is what the function posted.
type outcome struct {
	path string // response, error or init/error
	body []byte
}

// start starts a bootstrap that has the environment variables given and no others but Lambda's own. It
// ends with the test.
func start(t *testing.T, variables ...string) *function {
	t.Helper()
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	f := &function{
		log:      log,
		died:     make(chan struct{}),
		next:     make(chan invocation),
		polled:   make(chan struct{}, 1),
		outcomes: make(chan outcome, 1),
	}
	server := httptest.NewServer(f.api())
	f.process = exec.CommandContext(t.Context(), bootstrap) // the context ends before the cleanup begins
	f.process.Stderr = log
	f.process.Env = append([]string{
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(server.URL, "http://"),
		"AWS_LAMBDA_FUNCTION_NAME=AmplifyBoundary",
		"AWS_REGION=eu-west-1",
		"AWS_ACCESS_KEY_ID=test",
		"AWS_SECRET_ACCESS_KEY=test",
	}, variables...)
	if err := f.process.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = f.process.Wait()
		close(f.died)
	}()
	t.Cleanup(func() {
		<-f.died
		server.CloseClientConnections()
		server.Close()
		log.Close()
	})
	return f
}

func (f *function) api() http.Handler {
	const prefix = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+prefix+"invocation/next", func(w http.ResponseWriter, r *http.Request) {
		select {
		case f.polled <- struct{}{}:
		default:
		}
		select {
		case i := <-f.next:
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", i.id)
			w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(i.deadline.UnixMilli()))
			w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:123456789012:function:AmplifyBoundary")
			_, _ = w.Write(i.payload)
		case <-r.Context().Done():
		}
	})
	posted := func(path string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			status := http.StatusAccepted
			if len(body) > payloadLimit {
				path, status = "response too large", http.StatusRequestEntityTooLarge
			}
			w.WriteHeader(status)
			f.outcomes <- outcome{path, body}
		}
	}
	mux.HandleFunc("POST "+prefix+"invocation/{id}/response", posted("response"))
	mux.HandleFunc("POST "+prefix+"invocation/{id}/error", posted("error"))
	mux.HandleFunc("POST "+prefix+"init/error", posted("init/error"))
	return mux
}

// invoke gives the function a request, and the time to answer it. It returns the answer, and what the
// function wrote to its log meanwhile. The test fails where Lambda's invocation would.
func (f *function) invoke(t *testing.T, payload []byte, limit time.Duration) (answer []byte, log string) {
	t.Helper()
	if len(payload) > payloadLimit {
		t.Fatalf("Lambda takes no request of %d bytes", len(payload))
	}
	before := len(f.logged(t))
	timeout := time.NewTimer(limit)
	defer timeout.Stop()
	next, given := f.next, invocation{"lambda-request", payload, time.Now().Add(limit)}
	for {
		select {
		case next <- given:
			next = nil
		case o := <-f.outcomes:
			if o.path != "response" {
				t.Fatalf("the function posts %s: %.500s", o.path, o.body)
			}
			return o.body, f.logged(t)[before:]
		case <-f.died:
			t.Fatalf("the function died: %v: %s", f.process.ProcessState, f.logged(t))
		case <-timeout.C:
			t.Fatalf("no answer before the deadline of %v", limit)
		}
	}
}

// logged is all that the function has written to its log.
func (f *function) logged(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(f.log.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.ToValidUTF8(data, []byte("\uFFFD")))
}
