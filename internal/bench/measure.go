package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"slices"
	"testing"
	"time"
)

// rounds is how often the things compared take turns; odd, for the median.
const rounds = 11

// figure is the cost of one operation. The costs of memory are -1 where they are not known.
type figure struct {
	time   time.Duration
	bytes  int64 // allocated
	allocs int64
}

// throughput is in MB/s, for an operation on so many bytes.
func (f figure) throughput(bytes int) float64 { return float64(bytes) / 1e6 / f.time.Seconds() }

// series is the figures of one contestant, one for each round.
type series []figure

// median returns the figure with the median time.
func (s series) median() figure {
	return middle(s, func(a, b figure) int { return cmp.Compare(a.time, b.time) })
}

// ratio returns the median of the ratios of two contestants' times within a round. What disturbs a
// round disturbs both, so this is steadier than the ratio of their medians.
func ratio(a, b series) float64 {
	ratios := make([]float64, len(a))
	for i := range ratios {
		ratios[i] = float64(a[i].time) / float64(b[i].time)
	}
	return middle(ratios, cmp.Compare)
}

func middle[T any](list []T, compare func(a, b T) int) T {
	return slices.SortedFunc(slices.Values(list), compare)[len(list)/2]
}

// contestant measures its operation for about the time that it is given.
type contestant func(ctx context.Context, length time.Duration) (figure, error)

// inProcess measures work of this process.
func inProcess(do work, input []byte) contestant {
	return func(_ context.Context, length time.Duration) (figure, error) {
		if err := flag.Set("test.benchtime", length.String()); err != nil {
			return figure{}, err
		}
		result := testing.Benchmark(measured(do, input))
		if result.N == 0 {
			return figure{}, errors.New("a benchmark failed")
		}
		return figure{time.Duration(result.NsPerOp()), result.AllocedBytesPerOp(), result.AllocsPerOp()}, nil
	}
}

// compete lets the contestants take turns, each for the benchtime over all rounds.
func compete(ctx context.Context, benchtime time.Duration, contestants ...contestant) ([]series, error) {
	all := make([]series, len(contestants))
	for range rounds {
		for i, measure := range contestants {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			f, err := measure(ctx, benchtime/rounds)
			if err != nil {
				return nil, err
			}
			all[i] = append(all[i], f)
		}
	}
	return all, nil
}
