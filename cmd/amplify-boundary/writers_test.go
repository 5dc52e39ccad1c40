package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/google/go-cmp/cmp"
)

// Sixty processes write one registry file at once, through a symbolic link half of them. None loses what
// another wrote, and each removes its temporary files.
func TestWriters(t *testing.T) {
	const (
		each = 20
		old  = "arn:aws:iam::123456789012:policy/old"
		next = "arn:aws:iam::123456789012:policy/new"
	)
	before, want := map[string]string{}, map[string]string{}
	var commands [][]string
	for i := range each {
		added, updated, removed := fmt.Sprint("added", i), fmt.Sprint("updated", i), fmt.Sprint("removed", i)
		before["/amplify-boundary/"+updated], before["/amplify-boundary/"+removed] = old, old
		want["/amplify-boundary/"+added], want["/amplify-boundary/"+updated] = next, next
		commands = append(commands,
			[]string{"env", "add", added, "--permissions-boundary", next},
			[]string{"env", "update", updated, "--permissions-boundary", next},
			[]string{"env", "remove", removed, "--yes"})
	}
	text, err := json.Marshal(before)
	if err != nil {
		t.Fatal(err)
	}
	dir := workplace(t, string(text))
	if err := os.Symlink("registry.json", filepath.Join(dir, "link.json")); err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for i, arguments := range commands {
		group.Go(func() {
			cmd := prepare(t.Context(), dir, arguments...)
			if i%2 == 0 {
				cmd.Args[slices.Index(cmd.Args, "registry.json")] = "link.json"
			}
			if output, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", strings.Join(arguments, " "), err, output)
			}
		})
	}
	group.Wait()
	got := map[string]string{}
	if err := json.Unmarshal([]byte(read(t, filepath.Join(dir, "registry.json"))), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("registry file (-want +got):\n%s", diff)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, e := range entries {
		files = append(files, e.Name())
	}
	if diff := cmp.Diff([]string{"amplify", "link.json", "registry.json"}, files); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}
