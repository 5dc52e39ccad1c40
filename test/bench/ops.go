package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"testing"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/macro"
	"amplify-boundary/test/bench/workload"
	"amplify-boundary/transform"
)

const (
	boundaryARN   = "arn:aws:iam::123456789012:policy/dev-boundary"
	parameterName = "/amplify-boundary/" + workload.Environment
)

// op turns input into output. The floor has no output.
type op func(input []byte) ([]byte, error)

// measured runs an op as a Go benchmark does.
func measured(do op, input []byte) func(*testing.B) {
	return func(b *testing.B) {
		b.SetBytes(int64(len(input)))
		b.ReportAllocs()
		for b.Loop() {
			if _, err := do(input); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// validate is the floor: no work on a fragment is safe without it.
func validate(fragment []byte) ([]byte, error) {
	if !jsontext.Value(fragment).IsValid() {
		return nil, errors.New("the workload is not valid JSON")
	}
	return nil, nil
}

// bound is the transform.
func bound(fragment []byte) ([]byte, error) {
	parsed, err := transform.Parse(fragment, transform.Options{})
	if err != nil {
		return nil, err
	}
	bounded, err := parsed.Bound(boundaryARN)
	if err != nil {
		return nil, err
	}
	return bounded.Fragment, nil
}

// handler returns the macro's whole work on a request, but for the way to Parameter Store. It answers a
// failure as it answers success, so its answer is to be looked at before it is measured.
func handler(ctx context.Context) (op, error) {
	settings, err := macro.ReadSettings(func(string) string { return "" })
	if err != nil {
		return nil, err
	}
	h := macro.NewHandler(settings, memory{parameterName: boundaryARN}, nil, io.Discard)
	return func(request []byte) ([]byte, error) { return h.Invoke(ctx, request) }, nil
}

// memory is a registry that costs nothing.
type memory map[string]string

func (m memory) Values(context.Context, []string) (map[string]string, error) {
	return maps.Clone(m), nil
}

// boundMaps is a baseline: what the transform does, by decoding the fragment into maps. It keeps neither the
// order of members nor the spelling of numbers, which makes its work the lighter.
func boundMaps(fragment []byte) ([]byte, error) {
	var template map[string]any
	if err := json.Unmarshal(fragment, &template); err != nil {
		return nil, err
	}
	resources, _ := template["Resources"].(map[string]any)
	for _, value := range resources {
		resource, _ := value.(map[string]any)
		if resource["Type"] != "AWS::IAM::Role" {
			continue
		}
		if properties, ok := resource["Properties"].(map[string]any); ok {
			properties["PermissionsBoundary"] = boundaryARN
		}
	}
	return json.Marshal(template)
}
