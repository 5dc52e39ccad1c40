// Command goals reads the output of benchmarks, several rounds of it, from standard input and prints ratios of their
// figures beside the goals. The exit code is 0 even if a goal is not met: the machine may be busy.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// goal is the most that the ratio of two figures should be. A figure is named by benchmark and unit.
type goal struct {
	name               string
	figure, comparedTo string
	most               float64
}

func allGoals() []goal {
	return []goal{
		{"transform / floor", "Macro/transform/900kB ns/op", "Macro/floor/900kB ns/op", 1.5},
		{"handler / floor", "Macro/handler/900kB ns/op", "Macro/floor/900kB ns/op", 1.6},
		{"memory of the handler / request", "Macro/handler/900kB B/op", "Macro/handler/900kB input-B", 3},
		{"handler / the same work with maps", "Macro/handler/900kB ns/op", "Macro/maps/900kB ns/op", 0.2},
		{"CPU of the macro's cold start / bare Go function", "Start/macro cpu-ns/op", "Start/bare cpu-ns/op", 2},
		{"cold start of the macro / bare Go function", "Start/macro ns/op", "Start/bare ns/op", 2.5},
		{"cold start of the guard / macro", "Start/guard ns/op", "Start/macro ns/op", 1.5},
		{"wait for 100 nested stacks / least possible", "Nested/slow ns/op", "Nested/slow least-ns", 1.3},
		{"memory for nested stacks / their templates", "Nested/instant B/op", "Nested/instant templates-B", 4},
		{"calls of an audit / allowed", "Audit calls/op", "Audit allowed-calls/op", 1},
		{"time of an audit / its calls at their pace", "Audit ns/op", "Audit least-ns", 1.3},
		{"calls of impact / allowed", "Impact calls/op", "Impact allowed-calls/op", 1.01}, // a busy machine may repeat one
		{"time of impact / its calls at their pace", "Impact ns/op", "Impact least-ns", 1.3},
		{"time of an audit of 200 accounts / its calls at their pace, by 8 workers", "Accounts/200 ns/op", "Accounts/200 least-ns", 1.3},
		{"memory in use by an audit of 200 accounts / of 20, without findings", "Accounts/200 live-B", "Accounts/20 live-B", 1.3},
		{"a byte of many faults / of few", "Growth/faults_of_one_logical_ID/large ns/B", "Growth/faults_of_one_logical_ID/small ns/B", 2},
		{"a byte of many roles with a long ARN / of few", "Growth/roles_with_a_long_ARN/large ns/B", "Growth/roles_with_a_long_ARN/small ns/B", 2},
		{"a byte of check, many roles / few", "Growth/check/large ns/B", "Growth/check/small ns/B", 2},
		{"an environment of env import, many / few", "Environments/env_import/large ns/environment", "Environments/env_import/small ns/environment", 2},
		{"an environment of env export, many / few", "Environments/env_export/large ns/environment", "Environments/env_export/small ns/environment", 2},
		{"an account of account import, many / few", "Environments/account_import/large ns/environment", "Environments/account_import/small ns/environment", 2},
		{"a byte of check without the macro, many roles / few", "Growth/check_without_macro/large ns/B", "Growth/check_without_macro/small ns/B", 2},
	}
}

func main() {
	if err := run(os.Stdin, os.Stdout, allGoals()); err != nil {
		fmt.Fprintln(os.Stderr, "goals: error:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer, goals []goal) error {
	figures, err := read(in)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "\tmeasured\tat most\t\t")
	for _, g := range goals {
		a, b := figures[g.figure], figures[g.comparedTo]
		if len(a) == 0 || len(a) != len(b) {
			return fmt.Errorf("%d figures %s, %d figures %s; every round must have both", len(a), g.figure, len(b), g.comparedTo)
		}
		result := "met"
		ratio := medianRatio(a, b)
		if ratio > g.most {
			result = "NOT MET"
		}
		fmt.Fprintf(table, "%s\t%.2f\t%g\t%s\t\n", g.name, ratio, g.most, result)
	}
	return table.Flush()
}

// suffix is what testing adds to the name of a benchmark: the number of processors.
var suffix = regexp.MustCompile(`-[0-9]+$`)

// read returns the figures of each round, by benchmark and unit. For benchmarks with an input, it adds the time for each of
// its bytes as ns/B.
func read(in io.Reader) (map[string][]float64, error) {
	figures := make(map[string][]float64)
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name := suffix.ReplaceAllString(strings.TrimPrefix(fields[0], "Benchmark"), "")
		byUnit := make(map[string]float64)
		for i := 2; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", lines.Text(), err)
			}
			byUnit[fields[i+1]] = value
		}
		if size := byUnit["input-B"]; size > 0 {
			byUnit["ns/B"] = byUnit["ns/op"] / size
		}
		for unit, value := range byUnit {
			figures[name+" "+unit] = append(figures[name+" "+unit], value)
		}
	}
	return figures, lines.Err()
}

// medianRatio returns the median of the ratios within a round. What disturbs a round disturbs both figures, so it is steadier
// than the ratio of the medians.
func medianRatio(a, b []float64) float64 {
	ratios := make([]float64, len(a))
	for i := range ratios {
		ratios[i] = a[i] / b[i]
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2]
}
