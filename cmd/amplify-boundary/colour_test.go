package main

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
)

func TestDiffColours(t *testing.T) {
	for _, test := range []struct {
		name    string
		environ []string
		want    bool
	}{
		{"terminal", []string{"TERM=xterm"}, true},
		{"no_term", nil, true},
		{"no_color", []string{"TERM=xterm", "NO_COLOR=1"}, false},
		{"no_color_empty", []string{"TERM=xterm", "NO_COLOR="}, true},
		{"dumb_terminal", []string{"TERM=dumb"}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			dir := workplace(t, of(devARN))
			write(t, filepath.Join(dir, "template.json"), `{"Transform": "AmplifyBoundary", "Resources": {"Reader": {"Type": "AWS::IAM::Role"}}}`)
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			cmd := prepare(ctx, dir, "transform", "template.json", "--environment", "dev", "--diff")
			cmd.Env = append(cmd.Env, test.environ...)
			term := open(t, cmd)
			if got := exitCode(ctx, t, <-term.ended); got != 0 {
				t.Errorf("got exit code %d, want 0", got)
			}
			added := `+        "PermissionsBoundary": "` + devARN + `"`
			want := added + "\n"
			if test.want {
				want = "\x1b[32m" + added + "\x1b[0m\n"
			}
			got := term.shown()
			if !strings.Contains(got, "\n"+want) {
				t.Errorf("got %q, want a line %q", got, want)
			}
			if !test.want && strings.Contains(got, "\x1b") {
				t.Errorf("got %q, want no colours", got)
			}
		})
	}
}

// A result that does not go to a terminal has no colours.
func TestDiffColours_file(t *testing.T) {
	dir := workplace(t, of(devARN))
	write(t, filepath.Join(dir, "template.json"), `{"Transform": "AmplifyBoundary", "Resources": {"Reader": {"Type": "AWS::IAM::Role"}}}`)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := prepare(ctx, dir, "transform", "template.json", "--environment", "dev", "--diff")
	var output strings.Builder
	cmd.Stdout = &output
	term := open(t, cmd)
	if got := exitCode(ctx, t, <-term.ended); got != 0 {
		t.Errorf("got exit code %d, want 0", got)
	}
	if got := output.String(); strings.Contains(got, "\x1b") || !strings.Contains(got, "\n+") {
		t.Errorf("got %q, want a diff without colours", got)
	}
}
