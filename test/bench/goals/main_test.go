package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRun(t *testing.T) {
	goals := []goal{
		{"time", "Macro/handler/900kB ns/op", "Macro/floor/900kB ns/op", 1.6},
		{"growth", "Growth/check/large ns/B", "Growth/check/small ns/B", 2},
	}
	const output = `goos: linux
BenchmarkMacro/handler/900kB-2 10 150 ns/op 6.5 MB/s 100 input-B
BenchmarkMacro/floor/900kB-2 10 100 ns/op 7 MB/s 100 input-B
BenchmarkGrowth/check/large-2 10 9000 ns/op 1000 input-B
BenchmarkGrowth/check/small-2 10 300 ns/op 100 input-B
PASS
BenchmarkMacro/handler/900kB-2 10 900 ns/op
BenchmarkMacro/floor/900kB-2 10 100 ns/op
BenchmarkMacro/handler/900kB-2 10 300 ns/op
BenchmarkMacro/floor/900kB-2 10 200 ns/op
`
	for name, test := range map[string]struct {
		input string
		want  [][]string // fields of the lines after the heading
		err   string
	}{
		"whole":      {output, [][]string{{"time", "1.50", "1.6", "met"}, {"growth", "3.00", "2", "NOT", "MET"}}, ""},
		"incomplete": {output + "BenchmarkGrowth/check/small-2 10 300 ns/op 100 input-B\n", nil, "1 figures Growth/check/large ns/B, 2 figures"},
		"malformed":  {"BenchmarkAudit-2 1 five ns/op\n", nil, "five"},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			err := run(strings.NewReader(test.input), &out, goals)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("got error %v, want %q", err, test.err)
				}
				return
			}
			var got [][]string
			for line := range strings.Lines(out.String()) {
				got = append(got, strings.Fields(line))
			}
			if diff := cmp.Diff(test.want, got[1:]); diff != "" || err != nil {
				t.Errorf("%v (-want +got):\n%s", err, diff)
			}
		})
	}
}
