package main

import (
	"strings"
	"testing"

	"amplify-boundary/test/bench/workload"
)

func TestTreeHandler(t *testing.T) {
	tree := workload.NewTree(3, workload.Size{Bytes: 2_000, Roles: 1})
	handle, err := treeHandler(t.Context(), "", instant{tree})
	if err != nil {
		t.Fatal(err)
	}
	response, err := handle(tree.Request)
	if err != nil {
		t.Fatal(err)
	}
	fragment, err := succeeded(response)
	if got := strings.Count(string(fragment), "https://copies.s3.eu-west-1.amazonaws.com/"); err != nil || got != 3 {
		t.Errorf("got %d copies, %v: %s", got, err, fragment)
	}
}

// Each child is another, so that each has a copy of its own.
func TestNewTree(t *testing.T) {
	tree := workload.NewTree(3, workload.Size{Bytes: 2_000, Roles: 1})
	different := make(map[string]bool)
	for _, text := range tree.Children {
		different[string(text)] = true
	}
	if len(different) != 3 {
		t.Errorf("got %d different children, want 3", len(different))
	}
}
