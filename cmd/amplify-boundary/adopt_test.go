package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAdoptPrompts(t *testing.T) {
	const question = "Write these changes? (y/N, an empty answer is no) "
	before := `{"dev": {"awscloudformation": {"Region": "eu-west-1"}}}`
	after := `{"dev": {"awscloudformation": {"PermissionsBoundaryPolicyArn":"` + devARN + `","Region": "eu-west-1"}}}`
	for _, test := range []struct {
		name, keys string
		exit       int
		end        string // of the screen
		want       string // the file in the end
	}{
		{"y", "y\n", 0, "environment dev: added, " + devARN, after},
		{"n", "n\n", 1, "amplify-boundary: error: nothing was written", before},
		{"empty", "\n", 1, "amplify-boundary: error: nothing was written", before},
		{"end_of_input", ctrlD, 1, strings.TrimSuffix(noAnswer, "\n"), before},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := workplace(t, of(devARN))
			backend := filepath.Join(dir, "amplify", "backend")
			if err := os.MkdirAll(backend, 0o755); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(backend, "backend-config.json"), "{}")
			file := filepath.Join(dir, "amplify", "team-provider-info.json")
			write(t, file, before)
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			term := open(t, prepare(ctx, dir, "adopt"))
			term.answer(ctx, t, question, test.keys)
			if got := exitCode(ctx, t, <-term.ended); got != test.exit {
				t.Errorf("got exit code %d, want %d", got, test.exit)
			}
			diff, answered, found := strings.Cut(term.shown(), question)
			if !found || !strings.Contains(diff, "+{") || !strings.Contains(answered, test.end) {
				t.Errorf("the screen does not show a diff, the question, and %q:\n%s", test.end, term.shown())
			}
			if diff := cmp.Diff(test.want, read(t, file)); diff != "" {
				t.Errorf("file (-want +got):\n%s", diff)
			}
		})
	}
}
