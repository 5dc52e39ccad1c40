// Command bench measures the macro against a floor, against baselines that do the same work by other means,
// and over sizes, and prints the figures beside what is wanted of them. It runs at the root of the module.
//
// Machines differ and are disturbed: only ratios within one run mean something. So the things compared
// take turns, several rounds of them, and each figure is a median.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"testing"
	"time"
)

// tools are the programs that are measured beside this one.
type tools struct {
	python    string // with boto3
	bootstrap string // the macro's Lambda function
	guard     string // the guard's
	command   string // the operator's command
}

func main() {
	testing.Init() // defines the flags that testing.Benchmark reads
	benchtime := flag.Duration("benchtime", time.Second, "how long each figure is measured, over all rounds")
	var t tools
	flag.StringVar(&t.python, "python", ".venv/bin/python", "a Python that has boto3")
	flag.StringVar(&t.bootstrap, "bootstrap", "build/macro/bootstrap", "the macro's Lambda function, built for this machine")
	flag.StringVar(&t.guard, "guard", "build/guard/bootstrap", "the guard's Lambda function, built for this machine")
	flag.StringVar(&t.command, "command", "build/amplify-boundary", "the operator's command, built for this machine")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, t, *benchtime); err != nil {
		fmt.Fprintln(os.Stderr, "bench: error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, t tools, benchtime time.Duration) error {
	fmt.Printf("%s, %s/%s, %d processors\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	goals, err := compareWork(ctx, t, benchtime)
	if err != nil {
		return err
	}
	if err := compareSizes(ctx, benchtime); err != nil {
		return err
	}
	if err := compareRoles(ctx, benchtime); err != nil {
		return err
	}
	nested, err := compareNested(ctx, benchtime)
	if err != nil {
		return err
	}
	costs, err := compareCosts(ctx, benchtime)
	if err != nil {
		return err
	}
	accounts, err := compareAccounts(ctx, t)
	if err != nil {
		return err
	}
	start, err := compareStarts(ctx, t)
	if err != nil {
		return err
	}
	calls, err := countCalls(ctx)
	if err != nil {
		return err
	}
	audits, err := compareAudit(ctx)
	if err != nil {
		return err
	}
	return printGoals(slices.Concat(goals, nested, costs, accounts, start, calls, audits))
}
