package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/intrinsic"
	"amplify-boundary/internal/macro"
	"amplify-boundary/internal/nested"
	"amplify-boundary/test/bench/workload"
	"amplify-boundary/transform"
)

const (
	nestedStacks = 100
	callTime     = 50 * time.Millisecond // of each call to S3
	treeRuns     = 5                     // odd, for the median

	// What 16 calls at a time leave possible: 7 rounds of reads and 7 of writes.
	leastTreeTime = 14 * callTime
)

// compareNested measures what nested stacks cost: the wait for S3 against the least that is possible, the
// work on the templates against the transform of the same bytes, and the memory against their size.
func compareNested(ctx context.Context, benchtime time.Duration) ([]goal, error) {
	tree := workload.NewTree(nestedStacks, workload.Size{Bytes: 100_000, Roles: 16})
	waits, err := treeTimes(ctx, tree)
	if err != nil {
		return nil, err
	}
	memory, err := treeMemory(ctx, tree)
	if err != nil {
		return nil, err
	}

	flat := bytes.ReplaceAll(workload.New(workload.Size{Bytes: 900_000, Roles: 150}).Request, []byte(`"AWS::CloudFormation::Stack"`), []byte(`"AWS::SNS::Topic"`))
	ignoring, err := handler(ctx)
	if err != nil {
		return nil, err
	}
	bounding, err := treeHandler(ctx, "", instant{})
	if err != nil {
		return nil, err
	}
	declare, err := declaring(ctx, tree)
	if err != nil {
		return nil, err
	}
	for _, handle := range []op{ignoring, bounding} {
		if _, err := timed(handle, flat); err != nil {
			return nil, err
		}
	}
	all, err := compete(ctx, benchtime,
		inProcess(declare, nil),
		inProcess(boundEach(tree), nil),
		inProcess(ignoring, flat),
		inProcess(bounding, flat),
	)
	if err != nil {
		return nil, err
	}

	fmt.Printf("\n%d nested stacks of %.1f MB together; each call to S3 takes %s, at most 16 at a time:\n\n", nestedStacks, float64(tree.ChildrenBytes())/1e6, callTime)
	table := newTable("", "ms")
	table.row("least that is possible", milliseconds(leastTreeTime))
	table.row("request to response", milliseconds(waits))
	table.row("evaluation and declaration, without S3", milliseconds(all[0].median().time))
	table.row("transform of the same templates", milliseconds(all[1].median().time))
	return []goal{
		{"wait for 100 nested stacks / least possible", float64(waits) / float64(leastTreeTime), atMost, 1.3},
		{"evaluation and declaration / transform", ratio(all[0], all[1]), atMost, 0.2},
		{"memory for nested stacks / their templates", float64(memory) / float64(tree.ChildrenBytes()), atMost, 4},
		{"handler that bounds nested stacks, without any / that ignores them", ratio(all[3], all[2]), atMost, 1.05},
	}, table.print()
}

// treeTimes returns the median time of a request whose templates lie in an S3 that is slow.
func treeTimes(ctx context.Context, tree workload.Tree) (time.Duration, error) {
	s3 := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		time.Sleep(callTime)
		_, _ = w.Write(answerOf(tree, r))
	}))
	defer s3.Close()
	handle, err := treeHandler(ctx, s3.URL, nil)
	if err != nil {
		return 0, err
	}
	var times []time.Duration
	for n := range 1 + treeRuns {
		took, err := timed(handle, tree.Request)
		if err != nil {
			return 0, err
		}
		if n > 0 { // the first run opens the connections
			times = append(times, took)
		}
	}
	slices.Sort(times)
	return times[treeRuns/2], nil
}

func timed(handle op, request []byte) (time.Duration, error) {
	began := time.Now()
	response, err := handle(request)
	took := time.Since(began)
	if err != nil {
		return 0, err
	}
	_, err = succeeded(response)
	return took, err
}

// treeMemory returns the bytes that a request allocates, those for the wire and for S3 itself left out.
func treeMemory(ctx context.Context, tree workload.Tree) (uint64, error) {
	handle, err := treeHandler(ctx, "", instant{tree})
	if err != nil {
		return 0, err
	}
	var before, after runtime.MemStats
	if _, err := timed(handle, tree.Request); err != nil { // the first request compiles the SDK's rules
		return 0, err
	}
	runtime.ReadMemStats(&before)
	_, err = timed(handle, tree.Request)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, err
}

// treeHandler returns the macro's whole work, nested stacks included. S3 is at an endpoint, or behind a
// client.
func treeHandler(ctx context.Context, endpoint string, client aws.HTTPClient) (op, error) {
	settings, err := macro.ReadSettings(func(name string) string {
		return map[string]string{"NESTED_STACKS": string(nested.Bound), "NESTED_TEMPLATE_BUCKET": "copies"}[name]
	})
	if err != nil {
		return nil, err
	}
	cfg := aws.Config{Region: "eu-west-1", Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""), HTTPClient: client}
	if endpoint != "" {
		cfg.BaseEndpoint = aws.String(endpoint)
	}
	h := macro.NewHandler(settings, memory{parameterName: boundaryARN}, nested.NewTemplates(cfg, "copies"), io.Discard)
	return func(request []byte) ([]byte, error) { return h.Invoke(ctx, request) }, nil
}

// instant is a network at whose end S3 answers at once.
type instant struct{ tree workload.Tree }

func (i instant) Do(r *http.Request) (*http.Response, error) {
	answer := answerOf(i.tree, r)
	header := http.Header{"Content-Length": {strconv.Itoa(len(answer))}}
	return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(bytes.NewReader(answer)),
		ContentLength: int64(len(answer)), Request: r}, nil
}

// answerOf returns the template that a request asks for; nothing for one that writes.
func answerOf(tree workload.Tree, r *http.Request) []byte {
	if r.Method != http.MethodGet {
		return nil
	}
	return tree.Children[strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, "/"+workload.TemplateBucket), "/")]
}

// declaring returns the evaluation of each URL of a tree, and the declaration in each template.
func declaring(ctx context.Context, tree workload.Tree) (op, error) {
	fragment, err := transform.Parse(tree.Fragment, transform.Options{})
	if err != nil {
		return nil, err
	}
	stacks := fragment.Stacks()
	return func([]byte) ([]byte, error) {
		evaluator := intrinsic.New(intrinsic.Context{Mappings: stacks.Mappings, Conditions: stacks.Conditions, Region: "eu-west-1", AccountID: "123456789012"})
		locator := new(nested.Locator)
		for _, stack := range stacks.List {
			value, err := evaluator.Evaluate(stack.Value)
			if err != nil {
				return nil, err
			}
			url, _ := value.Text()
			place, err := locator.Locate(ctx, url)
			if err != nil {
				return nil, err
			}
			template, err := declare.ReadTemplate(tree.Children[place.Key])
			if err != nil {
				return nil, err
			}
			if _, err := template.DeclarePieces(declare.Declaration{Environment: workload.Environment}); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}, nil
}

// boundEach is the transform of each template of a tree.
func boundEach(tree workload.Tree) op {
	return func([]byte) ([]byte, error) {
		for _, text := range tree.Children {
			if _, err := bound(text); err != nil {
				return nil, err
			}
		}
		return nil, nil
	}
}
