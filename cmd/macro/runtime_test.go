package main

import (
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"amplify-boundary/internal/test/lambdatest"
)

// bootstrap is the binary under test, built by TestMain.
var bootstrap string

func TestMain(m *testing.M) {
	// The go command reuses a cached result while the test's own binary is unchanged. So the function must be
	// linked into it, although the test runs the bootstrap.
	fmt.Fprintf(io.Discard, "%p", main)
	os.Exit(lambdatest.Main(m, &bootstrap))
}

// function is a running bootstrap.
type function struct{ *lambdatest.Function }

// start starts a bootstrap with environment variables. It ends with the test.
func start(t *testing.T, variables ...string) function {
	t.Helper()
	f, err := lambdatest.Start(t.Context(), []string{bootstrap}, variables...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Stop() })
	return function{f}
}

// invoke gives the function a request, and the time to answer it. It returns the answer, and what the
// function wrote to its log meanwhile. The test fails where Lambda's invocation would.
func (f function) invoke(t *testing.T, payload []byte, limit time.Duration) (answer []byte, log string) {
	t.Helper()
	before := len(f.Log())
	answer, err := f.Invoke(payload, limit)
	if err != nil {
		t.Fatal(err)
	}
	return answer, f.Log()[before:]
}
