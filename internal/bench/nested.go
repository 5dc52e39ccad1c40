package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/bench/workload"
	"amplify-boundary/internal/intrinsic"
	"amplify-boundary/internal/nested"
	"amplify-boundary/transform"
)

const (
	nestedStacks = 100
	s3Takes      = 50 * time.Millisecond // for each call
	s3Rounds     = 14                    // 7 of reads and 7 of writes, at 16 at a time
)

// tree is a root with nested stacks, and their templates.
type tree struct {
	root      []byte
	templates map[string][]byte // by key
	size      int               // of the templates
}

func newTree() tree {
	t := tree{templates: make(map[string][]byte)}
	var stacks []string
	for i := range nestedStacks {
		key := fmt.Sprintf("release/%d.json", i)
		t.templates[key] = workload.New(workload.Size{Bytes: 10_000 + i, Roles: 2}).Fragment
		t.size += len(t.templates[key])
		stacks = append(stacks, fmt.Sprintf(`"Stack%d":{"Type":"AWS::CloudFormation::Stack","Properties":{"TemplateURL":{"Fn::Sub":`+
			`"https://${Bucket}.s3.${AWS::Region}.${AWS::URLSuffix}/%s"}}}`, i, key))
	}
	t.root = []byte(`{"Resources":{` + strings.Join(stacks, ",") + `}}`)
	return t
}

func (t tree) context() intrinsic.Context {
	return intrinsic.Context{ParameterValues: map[string]jsontext.Value{"Bucket": jsontext.Value(`"assets"`)}, Region: "eu-west-1"}
}

// slowS3 answers each call after a time.
type slowS3 struct{ tree }

func (s slowS3) Read(_ context.Context, place nested.Place) ([]byte, error) {
	time.Sleep(s3Takes)
	return s.templates[place.Key], nil
}

func (s slowS3) Write(context.Context, string, []byte) error {
	time.Sleep(s3Takes)
	return nil
}

func (s slowS3) URL(_ context.Context, name string) (string, error) {
	return "https://copies.s3.eu-west-1.amazonaws.com/" + name, nil
}

// compareNested measures what nested stacks cost beside the transform of their templates, and how long the
// calls to S3 take beside the least that they can.
func compareNested(ctx context.Context, benchtime time.Duration) ([]goal, error) {
	t := newTree()
	root, err := transform.Parse(t.root, transform.Options{})
	if err != nil {
		return nil, err
	}
	stacks := root.Stacks()
	all, err := compete(ctx, benchtime, inProcess(t.declare(stacks), t.root), inProcess(t.bound, t.root))
	if err != nil {
		return nil, err
	}
	began := time.Now()
	_, _, err = nested.See(ctx, slowS3{t}, nested.Request{
		Mode:        nested.Bound,
		Declaration: transform.Declaration{Macro: transform.DefaultMacro, Environment: workload.Environment},
		AccountID:   "123456789012",
		Boundary:    boundaryARN,
		Context:     t.context(),
		Stacks:      stacks,
	})
	if err != nil {
		return nil, err
	}
	took := time.Since(began)
	return []goal{
		{fmt.Sprintf("evaluating and declaring %d nested templates / their transform", nestedStacks), ratio(all[0], all[1]), atMost, 0.2},
		{"memory allocated for that / size of the templates", float64(all[0].median().bytes) / float64(t.size), atMost, 4},
		{"reading and copying them at 50 ms a call / 14 such calls", float64(took) / float64(s3Rounds*s3Takes), atMost, 1.3},
	}, nil
}

// declare evaluates where each nested template lies, and has it declare the macro.
func (t tree) declare(stacks transform.Stacks) op {
	return func([]byte) ([]byte, error) {
		evaluator := intrinsic.New(t.context())
		for _, s := range stacks.List {
			if _, err := evaluator.Evaluate(s.Value); err != nil {
				return nil, err
			}
		}
		for _, text := range t.templates {
			if _, err := transform.Declare(text, transform.Declaration{Environment: workload.Environment}); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}
}

// bound bounds each nested template.
func (t tree) bound([]byte) ([]byte, error) {
	for _, text := range t.templates {
		if _, err := bound(text); err != nil {
			return nil, err
		}
	}
	return nil, nil
}
