package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"amplify-boundary/internal/cli"
	"amplify-boundary/transform"
)

// costSteps is how the inputs grow, and costGrowth how much more a byte of the largest may cost than one
// of the smallest. Where the cost is quadratic, it is 16 times as much.
const (
	costSteps  = 4
	costGrowth = 2
)

// compareCosts measures inputs whose cost was once more than linear, or far from the macro's own, at three
// sizes.
func compareCosts(ctx context.Context, benchtime time.Duration) ([]goal, error) {
	dir, err := os.MkdirTemp("", "costs")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	registry := filepath.Join(dir, "boundaries.json")
	if err := os.WriteFile(registry, fmt.Appendf(nil, "{%q:%q}", parameterName, boundaryARN), 0o600); err != nil {
		return nil, err
	}

	fmt.Print("\nInputs that cost much, at three sizes; ms:\n\n")
	table := newTable("", "a 16th", "a quarter", "whole", "kB")
	var goals []goal
	for _, c := range []cost{
		{"faults of one logical ID", refused, faultsOfOne, 10_000},
		{"bare roles with a long ARN", boundLong, bareRoles, 24_000},
		{"check of roles", checked(ctx, dir, registry, 0), declaredRoles, checkedRoles},
		{"check of roles without the declaration", checked(ctx, dir, registry, 3), bareRoles, checkedRoles},
	} {
		growth, err := c.compare(ctx, benchtime, table)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		goals = append(goals, growth)
	}
	besides, err := compareCheck(ctx, benchtime, checked(ctx, dir, registry, 0))
	if err != nil {
		return nil, err
	}
	return append(goals, besides), table.print()
}

const checkedRoles = 8_000

// cost is an op, with inputs for it.
type cost struct {
	name  string
	do    op
	input func(count int) []byte
	count int // of the largest input
}

// compare measures the op with three sizes of its input, for a row of the table.
func (c cost) compare(ctx context.Context, benchtime time.Duration, t table) (goal, error) {
	var subjects []subject
	var sizes []int
	for _, part := range []int{costSteps * costSteps, costSteps, 1} {
		input := c.input(c.count / part)
		if _, err := c.do(input); err != nil {
			return goal{}, err
		}
		sizes = append(sizes, len(input))
		subjects = append(subjects, inProcess(c.do, input))
	}
	all, err := compete(ctx, benchtime, subjects...)
	if err != nil {
		return goal{}, err
	}
	t.row(c.name, milliseconds(all[0].median().time), milliseconds(all[1].median().time), milliseconds(all[2].median().time), kilobytes(int64(sizes[2])))
	return goal{c.name + ": a byte of the largest / of the smallest", ratio(all[2], all[0]) * float64(sizes[0]) / float64(sizes[2]), atMost, costGrowth}, nil
}

// compareCheck measures the command check beside the macro, on the same template.
func compareCheck(ctx context.Context, benchtime time.Duration, check op) (goal, error) {
	template := declaredRoles(checkedRoles)
	all, err := compete(ctx, benchtime, inProcess(check, template), inProcess(bound, template))
	if err != nil {
		return goal{}, err
	}
	return goal{fmt.Sprintf("check of %d roles / transform", checkedRoles), ratio(all[0], all[1]), atMost, 20}, nil
}

// faultsOfOne is a template with loops, each of whose bodies has the same logical ID and another fault.
func faultsOfOne(count int) []byte {
	return resources("", count, func(n int) string {
		return fmt.Sprintf(`"Fn::ForEach::Loop%d":["X",["1"],{"Role${X}":{"Type":"AWS::Serverless::Kind%d"}}]`, n, n)
	})
}

func bareRoles(count int) []byte {
	return resources("", count, bareRole)
}

// declaredRoles is a template that declares the macro.
func declaredRoles(count int) []byte {
	return resources(`"Transform":{"Name":"AmplifyBoundary","Parameters":{"Environment":"dev"}},`, count, bareRole)
}

func bareRole(n int) string {
	return fmt.Sprintf(`"Role%d":{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":{}}}`, n)
}

// resources is a template of so many resources, behind other sections.
func resources(others string, count int, resource func(n int) string) []byte {
	var list []string
	for n := range count {
		list = append(list, resource(n))
	}
	return []byte("{" + others + `"Resources":{` + strings.Join(list, ",") + "}}")
}

// refused is the transform of a template that it must refuse.
func refused(fragment []byte) ([]byte, error) {
	parsed, err := transform.Parse(fragment, transform.Options{})
	if err == nil {
		_, err = parsed.Bound(boundaryARN)
	}
	if err == nil {
		return nil, fmt.Errorf("the transform refuses nothing")
	}
	return []byte(err.Error()), nil
}

// boundLong is the transform with a boundary whose ARN is as long as they come.
func boundLong(fragment []byte) ([]byte, error) {
	parsed, err := transform.Parse(fragment, transform.Options{})
	if err != nil {
		return nil, err
	}
	long, err := parsed.Bound("arn:aws:iam::123456789012:policy/" + strings.Repeat("p", 510) + "/boundary")
	if err != nil {
		return nil, err
	}
	return long.Fragment, nil
}

// checked runs the command check on a template. It must end with a code.
func checked(ctx context.Context, dir, registry string, code int) op {
	path := filepath.Join(dir, "template.json")
	var written []byte
	return func(template []byte) ([]byte, error) {
		if !bytes.Equal(written, template) {
			if err := os.WriteFile(path, template, 0o600); err != nil {
				return nil, err
			}
			written = template
		}
		var out, errs bytes.Buffer
		streams := cli.IO{In: strings.NewReader(""), Out: &out, Err: &errs, Getenv: func(string) string { return "" }}
		if got := cli.Run(ctx, streams, []string{"check", "--registry", registry, "--account", "123456789012", "--region", "eu-west-1", "--environment", "dev", path}); got != code {
			return nil, fmt.Errorf("check ends with %d, want %d: %s", got, code, errs.Bytes())
		}
		return out.Bytes(), nil
	}
}
