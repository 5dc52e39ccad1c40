package transform_test

import (
	"testing"

	"amplify-boundary/internal/test/transformtest"
	"amplify-boundary/transform"
)

func FuzzBound(f *testing.F) {
	for _, pair := range transformtest.Pairs(f, "testdata", false) {
		f.Add(pair.Input, string(pair.Options.Existing), pair.Options.Users)
	}
	f.Fuzz(func(t *testing.T, fragment []byte, existing string, users bool) {
		options := transform.Options{Existing: transform.ExistingMode(existing), Users: users}
		switch options.Existing {
		case transform.Replace, transform.Keep, transform.Reject:
		default:
			options.Existing = transform.Replace
		}
		output, err := bound(fragment, options)
		if err != nil {
			if output != nil {
				t.Error("output beside an error")
			}
			if len([]rune(err.Error())) > 4000 {
				t.Errorf("a message of %d characters", len([]rune(err.Error())))
			}
			return
		}
		checkProperties(t, fragment, output, options)
	})
}
