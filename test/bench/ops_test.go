package main

import (
	"testing"

	"amplify-boundary/test/bench/workload"
)

func BenchmarkFragment(b *testing.B) {
	w := workload.New(workload.Size{Bytes: 900_000, Roles: 150})
	b.Run("floor", measured(validate, w.Fragment))
	b.Run("transform", measured(bound, w.Fragment))
	b.Run("maps", measured(boundMaps, w.Fragment))
}

func BenchmarkHandler(b *testing.B) {
	handle, err := handler(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for _, size := range []struct {
		name string
		workload.Size
	}{
		{"10kB", workload.Size{Bytes: 10_000, Roles: 2}},
		{"100kB", workload.Size{Bytes: 100_000, Roles: 16}},
		{"900kB", workload.Size{Bytes: 900_000, Roles: 150}},
		{"5MB", workload.Size{Bytes: 5_000_000, Roles: 825}},
	} {
		b.Run(size.name, measured(handle, workload.New(size.Size).Request))
	}
}

// What is compared must do the same work.
func TestBaselinesAgree(t *testing.T) {
	w := workload.New(workload.Size{Bytes: 100_000, Roles: 16})
	want, err := bound(w.Fragment)
	if err != nil {
		t.Fatal(err)
	}
	if agree("the fragment itself", w.Fragment, want) == nil {
		t.Error("the transform changes nothing")
	}
	handle, err := handler(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	response, err := handle(w.Request)
	if err != nil {
		t.Fatal(err)
	}
	handled, err := succeeded(response)
	if err != nil {
		t.Fatal(err)
	}
	mapped, err := boundMaps(w.Fragment)
	if err != nil {
		t.Fatal(err)
	}
	for who, got := range map[string][]byte{"the handler": handled, "the maps": mapped} {
		if err := agree(who, got, want); err != nil {
			t.Error(err)
		}
	}
}
