// Package transformtest finds the golden pairs of the transform, with which the transform, the macro, and the command are
// tested.
//
// A pair is in transform/testdata, in a folder that is named for its options: NAME.json is the fragment, NAME.golden.json the
// transformed fragment, or NAME.golden.txt the message that refuses it.
package transformtest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"amplify-boundary/internal/test/must"
	"amplify-boundary/transform"
)

// ARN is the boundary of the pairs.
const ARN = "arn:aws:iam::123456789012:policy/boundary"

// Pair is an input with the output or message that it must give.
type Pair struct {
	Name    string // folder and name
	Options transform.Options
	Input   []byte
	Output  []byte // nil if the input is refused
	Message string // that refuses it
}

// path returns the path of a pair's files without their endings.
func path(dir, name string) string { return filepath.Join(dir, filepath.FromSlash(name)) }

// Pairs reads the pairs below a directory. The test fails for an output without an input, and for an input without an output
// unless update is set, which means that outputs will be written.
func Pairs(t testing.TB, dir string, update bool) []Pair {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden pairs in %s (%v)", dir, err)
	}
	var pairs []Pair
	for _, file := range files {
		relative, err := filepath.Rel(dir, file)
		must.Succeed(t, err)
		name, ending, _ := strings.Cut(filepath.ToSlash(relative), ".")
		switch ending {
		case "json":
			pair := Pair{Name: name, Options: options(t, name)}
			pair.Input, err = os.ReadFile(file)
			must.Succeed(t, err)
			pair.Output, _ = os.ReadFile(path(dir, name) + ".golden.json") // nil without the file
			message, _ := os.ReadFile(path(dir, name) + ".golden.txt")
			if (pair.Output == nil) == (message == nil) && !update {
				t.Fatalf("%s must have either NAME.golden.json or NAME.golden.txt; write it with: go test ./transform -update", name)
			}
			pair.Message = strings.TrimSuffix(string(message), "\n")
			pairs = append(pairs, pair)
		case "golden.json", "golden.txt":
			if _, err := os.Stat(path(dir, name) + ".json"); err != nil {
				t.Errorf("%s has no input", relative)
			}
		default:
			t.Errorf("%s is not part of a golden pair", relative)
		}
	}
	return pairs
}

func options(t testing.TB, name string) transform.Options {
	t.Helper()
	switch folder, _, _ := strings.Cut(name, "/"); folder {
	case "users":
		return transform.Options{Users: true}
	case string(transform.Replace), string(transform.Keep), string(transform.Reject):
		return transform.Options{Existing: transform.ExistingMode(folder)}
	default:
		t.Fatalf("%s is in a folder that is not named for options", name)
		return transform.Options{}
	}
}

// Write writes a pair's output or message, and removes the file of the other.
func Write(t testing.TB, dir string, pair Pair) {
	t.Helper()
	ending, other, text := ".golden.json", ".golden.txt", pair.Output
	if pair.Output == nil {
		ending, other, text = other, ending, []byte(pair.Message+"\n")
	}
	must.Succeed(t, os.WriteFile(path(dir, pair.Name)+ending, text, 0o644))
	must.Succeed(t, os.RemoveAll(path(dir, pair.Name)+other)) // which need not exist
}
