package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"amplify-boundary/test/bench/workload"
)

// compareSizes shows how the cost grows with the size of a template, a tenth of whose resources are roles.
func compareSizes(ctx context.Context, benchtime time.Duration) error {
	var workloads []workload.Workload
	for _, size := range []workload.Size{
		{Bytes: 10_000, Roles: 2},
		{Bytes: 100_000, Roles: 16},
		{Bytes: 1_000_000, Roles: 165},
		{Bytes: 5_000_000, Roles: 825},
	} {
		workloads = append(workloads, workload.New(size))
	}
	return compareGrowth(ctx, benchtime, "By size, with a tenth of the resources roles", workloads)
}

// compareRoles shows how the cost grows with the number of roles in a template of the same size.
func compareRoles(ctx context.Context, benchtime time.Duration) error {
	var workloads []workload.Workload
	for _, roles := range []int{0, 100, 200, 400, 800, 1600} {
		workloads = append(workloads, workload.New(workload.Size{Bytes: 1_000_000, Roles: roles}))
	}
	return compareGrowth(ctx, benchtime, "By roles, in a template of the same size", workloads)
}

// compareGrowth measures the transform and the handler with several workloads, which take turns.
func compareGrowth(ctx context.Context, benchtime time.Duration, title string, workloads []workload.Workload) error {
	handle, err := handler(ctx)
	if err != nil {
		return err
	}
	var subjects []subject
	for _, w := range workloads {
		subjects = append(subjects,
			inProcess(validate, w.Fragment), inProcess(bound, w.Fragment), inProcess(handle, w.Request))
	}
	all, err := compete(ctx, benchtime, subjects...)
	if err != nil {
		return err
	}

	fmt.Printf("\n%s:\n\n", title)
	table := newTable("kB", "resources", "roles", "floor ms", "transform ms", "MB/s", "floors", "handler ms", "MB/s", "floors", "kB/op", "allocs/op")
	for i, w := range workloads {
		floor, transform, handler := all[3*i], all[3*i+1], all[3*i+2]
		table.row(kilobytes(int64(len(w.Request))), strconv.Itoa(w.Resources), strconv.Itoa(w.Roles), milliseconds(floor.median().time),
			milliseconds(transform.median().time), whole(transform.median().throughput(len(w.Fragment))), fmt.Sprintf("%.2f", ratio(transform, floor)),
			milliseconds(handler.median().time), whole(handler.median().throughput(len(w.Request))), fmt.Sprintf("%.2f", ratio(handler, floor)),
			kilobytes(handler.median().bytes), count(handler.median().allocs))
	}
	return table.print()
}
