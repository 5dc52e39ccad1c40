package main

import (
	"context"
	"fmt"
	"time"

	"amplify-boundary/test/bench/workload"
)

// compareWork measures the transform and the handler against the floor and the baselines.
func compareWork(ctx context.Context, t tools, benchtime time.Duration) ([]goal, error) {
	w := workload.New(workload.Size{Bytes: 900_000, Roles: 150})
	handle, err := handler(ctx)
	if err != nil {
		return nil, err
	}
	python, err := startPythonBaseline(ctx, t.python, w.Fragment)
	if err != nil {
		return nil, err
	}
	defer python.stop()
	if err := sameWork(w, handle, python); err != nil {
		return nil, err
	}

	all, err := compete(ctx, benchtime,
		inProcess(validate, w.Fragment),
		inProcess(bound, w.Fragment),
		inProcess(handle, w.Request),
		inProcess(boundMaps, w.Fragment),
		python.measure,
	)
	if err != nil {
		return nil, err
	}
	floor, transform, handler, maps, baseline := all[0], all[1], all[2], all[3], all[4]

	fmt.Printf("\nTemplate of %.2f MB, %d resources, %d roles; medians of %d rounds of all five:\n\n",
		float64(len(w.Fragment))/1e6, w.Resources, w.Roles, rounds)
	table := newTable("", "ms", "MB/s", "kB/op", "allocs/op", "times the floor")
	for _, row := range []struct {
		name  string
		bytes int
		series
	}{
		{"floor: jsontext validation", len(w.Fragment), floor},
		{"transform", len(w.Fragment), transform},
		{"handler, request to response", len(w.Request), handler},
		{"baseline: encoding/json maps", len(w.Fragment), maps},
		{"baseline: Python json", len(w.Fragment), baseline},
	} {
		median := row.median()
		table.row(row.name, milliseconds(median.time), whole(median.throughput(row.bytes)),
			kilobytes(median.bytes), count(median.allocs), fmt.Sprintf("%.2f", ratio(row.series, floor)))
	}
	return []goal{
		{"transform / floor", ratio(transform, floor), atMost, 1.8},
		{"handler / floor", ratio(handler, floor), atMost, 3},
		{"maps / transform", ratio(maps, transform), atLeast, 5},
		{"maps / handler", ratio(maps, handler), atLeast, 5},
		{"Python / transform", ratio(baseline, transform), atLeast, 5},
		{"Python / handler", ratio(baseline, handler), atLeast, 5},
		{"memory of the handler / request", float64(handler.median().bytes) / float64(len(w.Request)), atMost, 4},
	}, table.print()
}

// sameWork fails unless all give the same fragment.
func sameWork(w workload.Workload, handle op, python *pythonBaseline) error {
	want, err := bound(w.Fragment)
	if err != nil {
		return err
	}
	response, err := handle(w.Request)
	if err != nil {
		return err
	}
	handled, err := succeeded(response)
	if err != nil {
		return err
	}
	mapped, err := boundMaps(w.Fragment)
	if err != nil {
		return err
	}
	rewritten, err := python.output()
	if err != nil {
		return err
	}
	for who, got := range map[string][]byte{"the handler": handled, "the maps": mapped, "Python": rewritten} {
		if err := agree(who, got, want); err != nil {
			return err
		}
	}
	return nil
}
