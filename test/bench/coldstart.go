package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"amplify-boundary/internal/test/lambdatest"
	"amplify-boundary/test/bench/workload"
)

const (
	pythonFunction = "test/bench/function.py"
	bareFunction   = "./test/bench/bare"
	starts         = 15 // of each function; odd, for the median
	startLimit     = time.Minute
)

// start is what a cold start takes, from exec to the first answer.
type start struct {
	wall time.Duration
	cpu  time.Duration // of all threads, user and system
}

// compareStarts measures the cold start of the macro's Lambda function, of the guard's, of a Go function that
// does nothing, and of a Python function that reads the boundary by boto3. They take turns.
func compareStarts(ctx context.Context, t tools) ([]goal, error) {
	w := workload.New(workload.Size{Bytes: 10_000, Roles: 2})
	store := lambdatest.NewParameterStore(lambdatest.Serve(map[string]string{parameterName: boundaryARN}))
	defer store.Close()
	dir, err := os.MkdirTemp("", "bare")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	bare, err := lambdatest.Build(dir, bareFunction)
	if err != nil {
		return nil, err
	}

	hierarchy := guardHierarchy()
	defer hierarchy.Close()
	functions := []starter{
		{"macro", []string{t.bootstrap}, store.URL, w.Request, answersSuccess},
		{"bare Go function", []string{bare}, store.URL, w.Request, answersSuccess},
		{"Python with boto3", []string{t.python, pythonFunction, parameterName}, store.URL, w.Request, answersSuccess},
		{"guard", []string{t.guard}, hierarchy.URL, guardEvent(), passes},
	}
	took := make([][]start, len(functions))
	for n := range 1 + starts {
		for i, function := range functions {
			s, err := function.coldStart(ctx)
			if err != nil {
				return nil, fmt.Errorf("cold start of %s: %w", function.command[0], err)
			}
			if n > 0 { // the first start fills the caches of the file system, and Python's of compiled modules
				took[i] = append(took[i], s)
			}
		}
	}

	fmt.Printf("\nCold start, exec to first answer, %d starts each in turn:\n\n", starts)
	table := newTable("", "least ms", "median ms", "most ms", "median CPU ms")
	wall, cpu := make([]float64, len(functions)), make([]float64, len(functions))
	for i, function := range functions {
		walls := sortedBy(took[i], func(s start) time.Duration { return s.wall })
		cpus := sortedBy(took[i], func(s start) time.Duration { return s.cpu })
		wall[i], cpu[i] = walls[starts/2].Seconds(), cpus[starts/2].Seconds()
		table.row(function.name, milliseconds(walls[0]), milliseconds(walls[starts/2]), milliseconds(walls[starts-1]), milliseconds(cpus[starts/2]))
	}
	return []goal{
		{"CPU of the macro's cold start / bare Go function", cpu[0] / cpu[1], atMost, 2.5},
		{"cold start of the macro / bare Go function", wall[0] / wall[1], atMost, 2.5},
		{"cold start of the macro / Python", wall[0] / wall[2], atMost, 0.1},
		{"cold start of the guard / macro", wall[3] / wall[0], atMost, 1.2},
		{"CPU of the guard's cold start / macro", cpu[3] / cpu[0], atMost, 1.2},
	}, table.print()
}

func sortedBy(list []start, cost func(start) time.Duration) []time.Duration {
	costs := make([]time.Duration, len(list))
	for i, s := range list {
		costs[i] = cost(s)
	}
	slices.Sort(costs)
	return costs
}

// starter is a Lambda function to start.
type starter struct {
	name    string
	command []string
	store   string // the URL of its Parameter Store
	request []byte
	check   func(response []byte) error
}

// coldStart starts a Lambda function and gives it one request, whose answer is checked.
func (f starter) coldStart(ctx context.Context) (start, error) {
	began := time.Now()
	function, err := lambdatest.Start(ctx, f.command,
		"AWS_ENDPOINT_URL_SSM="+f.store,
		"AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE="+os.DevNull,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
	)
	if err != nil {
		return start{}, err
	}
	response, err := function.Invoke(f.request, startLimit)
	took := time.Since(began)
	used := function.Stop()
	if err != nil {
		return start{}, err
	}
	return start{took, used.UserTime() + used.SystemTime()}, f.check(response)
}
