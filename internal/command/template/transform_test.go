package template_test

import (
	"bytes"
	"strings"
	"testing"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
	"amplify-boundary/internal/test/commandtest"
)

// What both streams show on one terminal: the template, then what there is to say about it.
func TestTransform_result_first(t *testing.T) {
	registry := commandtest.GoldenRegistry(t)
	for name, test := range map[string]struct {
		flags []string
		first string
	}{
		"template": {nil, "{"},
		"diff":     {[]string{"--diff"}, "--- without boundaries"},
	} {
		t.Run(name, func(t *testing.T) {
			var both bytes.Buffer
			streams := command.IO{In: strings.NewReader(`{"Resources":{"R":{"Type":"AWS::IAM::Role"}}}`), Out: &both, Err: &both, Getenv: func(string) string { return "" }}
			exit := program.Run(t.Context(), streams, append([]string{"transform", "-", "--registry", registry, "--environment", "x"}, test.flags...))
			if got := both.String(); exit != 0 || !strings.HasPrefix(got, test.first) || !strings.HasSuffix(got, "bounded R (AWS::IAM::Role)\n") {
				t.Errorf("got exit code %d, %s", exit, got)
			}
		})
	}
}
