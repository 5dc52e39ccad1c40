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

// sample is the cost of one operation. The costs of memory are -1 where they are not known.
type sample struct {
	time   time.Duration
	bytes  int64 // allocated
	allocs int64
}

// throughput is in MB/s, for an operation on so many bytes.
func (s sample) throughput(bytes int) float64 { return float64(bytes) / 1e6 / s.time.Seconds() }

// series is the samples of one subject, one for each round.
type series []sample

// median returns the sample with the median time.
func (s series) median() sample {
	return middle(s, func(a, b sample) int { return cmp.Compare(a.time, b.time) })
}

// ratio returns the median of the ratios of two subjects' times within a round. What disturbs a
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

// subject measures its operation for about the time that it is given.
type subject func(ctx context.Context, length time.Duration) (sample, error)

// inProcess measures an op of this process.
func inProcess(do op, input []byte) subject {
	return func(_ context.Context, length time.Duration) (sample, error) {
		if err := flag.Set("test.benchtime", length.String()); err != nil {
			return sample{}, err
		}
		result := testing.Benchmark(measured(do, input))
		if result.N == 0 {
			return sample{}, errors.New("a benchmark failed")
		}
		return sample{time.Duration(result.NsPerOp()), result.AllocedBytesPerOp(), result.AllocsPerOp()}, nil
	}
}

// compete lets the subjects take turns, each for the benchtime over all rounds.
func compete(ctx context.Context, benchtime time.Duration, subjects ...subject) ([]series, error) {
	all := make([]series, len(subjects))
	for range rounds {
		for i, measure := range subjects {
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
