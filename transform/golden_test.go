package transform_test

import (
	"flag"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/test/transformtest"
	"amplify-boundary/transform"
)

var update = flag.Bool("update", false, "write the golden outcomes")

// bound runs the transform as the macro does.
func bound(fragment []byte, options transform.Options) ([]byte, error) {
	parsed, err := transform.Parse(fragment, options)
	if err != nil {
		return nil, err
	}
	bounded, err := parsed.Bound(transformtest.ARN)
	if err != nil {
		return nil, err
	}
	return bounded.Fragment.Join(), nil
}

func TestGolden(t *testing.T) {
	for _, pair := range transformtest.Pairs(t, "testdata", *update) {
		t.Run(pair.Name, func(t *testing.T) {
			got, err := bound(pair.Input, pair.Options)
			message := ""
			if err != nil {
				message = err.Error()
				if got != nil {
					t.Error("output beside an error")
				}
			}
			if *update {
				transformtest.Write(t, "testdata", transformtest.Pair{Name: pair.Name, Output: got, Message: message})
				return
			}
			if diff := cmp.Diff(string(pair.Output), string(got)); diff != "" {
				t.Errorf("output (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(pair.Message, message); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			if err == nil {
				checkProperties(t, pair.Input, got, pair.Options)
			}
		})
	}
}
