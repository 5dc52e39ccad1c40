package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"time"

	"amplify-boundary/internal/bench/workload"
)

const (
	pythonFunction = "internal/bench/function.py"
	starts         = 15 // of each function; odd, for the median
	startLimit     = time.Minute
)

// compareStarts measures the time from exec to the first answer: of the macro's Lambda function, and of
// a Python function that reads the boundary by boto3. They take turns.
func compareStarts(ctx context.Context, t tools) ([]goal, error) {
	w := workload.New(workload.Size{Bytes: 10_000, Roles: 2})
	store := startParameterStore(map[string]string{parameterName: boundaryARN})
	defer store.Close()

	functions := []struct {
		name    string
		command []string
	}{
		{"macro", []string{t.bootstrap}},
		{"Python with boto3", []string{t.python, pythonFunction, parameterName}},
	}
	took := make([][]time.Duration, len(functions))
	for n := range 1 + starts {
		for i, function := range functions {
			d, err := coldStart(ctx, function.command, store.URL, w.Request)
			if err != nil {
				return nil, fmt.Errorf("cold start of %s: %w", function.command[0], err)
			}
			if n > 0 { // the first start fills the caches of the file system, and Python's of compiled modules
				took[i] = append(took[i], d)
			}
		}
	}

	fmt.Printf("\nCold start, exec to first answer, %d starts each in turn:\n\n", starts)
	table := newTable("", "least ms", "median ms", "most ms")
	medians := make([]time.Duration, len(functions))
	for i, function := range functions {
		slices.Sort(took[i])
		medians[i] = took[i][starts/2]
		table.row(function.name, milliseconds(took[i][0]), milliseconds(medians[i]), milliseconds(took[i][starts-1]))
	}
	return []goal{{"cold start of the macro / Python", medians[0].Seconds() / medians[1].Seconds(), atMost, 0.1}}, table.print()
}

// coldStart starts a Lambda function, gives it one request, and returns the time to its answer, which
// must be a success. Its Parameter Store is at a URL.
func coldStart(ctx context.Context, command []string, parameterStore string, request []byte) (time.Duration, error) {
	service := startRuntime(request)
	defer service.stop()
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()

	var log bytes.Buffer
	function := exec.CommandContext(ctx, command[0], command[1:]...)
	function.Stderr = &log
	function.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + service.address(),
		"AWS_REGION=eu-west-1",
		"AWS_DEFAULT_REGION=eu-west-1", // Lambda sets both
		"AWS_ACCESS_KEY_ID=test",
		"AWS_SECRET_ACCESS_KEY=test",
		"AWS_ENDPOINT_URL_SSM=" + parameterStore,
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE=" + os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
	}
	began := time.Now()
	if err := function.Start(); err != nil {
		return 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- function.Wait() }()

	select {
	case response := <-service.answers:
		took := time.Since(began)
		cancel()
		<-ended
		_, err := succeeded(response)
		return took, err
	case err := <-ended:
		return 0, fmt.Errorf("it ended without an answer (%v): %s", err, log.Bytes())
	}
}
