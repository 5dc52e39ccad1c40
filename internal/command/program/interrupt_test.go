package program_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
)

// An interrupt ends the wait for standard input. Only a command that writes says that a write may have completed.
func TestRun_interrupted(t *testing.T) {
	const mayHaveCompleted = "; a write may have completed"
	for _, test := range []struct {
		arguments string
		want      string
	}{
		{"check -", ""},
		{"transform -", ""},
		{"explain -", ""},
		{"declare --check -", ""},
		{"undeclare --check -", ""},
		{"declare -", mayHaveCompleted},
		{"undeclare -", mayHaveCompleted},
		{"account import -", mayHaveCompleted},
	} {
		t.Run(test.arguments, func(t *testing.T) {
			ctx, interrupt := context.WithCancel(t.Context())
			time.AfterFunc(10*time.Millisecond, interrupt)
			in, writer := io.Pipe()
			defer writer.Close()
			var stderr bytes.Buffer
			streams := command.IO{In: in, Out: io.Discard, Err: &stderr, Getenv: func(string) string { return "" }}
			exit := program.Run(ctx, streams, strings.Fields(test.arguments))
			if want := "amplify-boundary: error: interrupted" + test.want + "\n"; exit != 130 || stderr.String() != want {
				t.Errorf("got exit code %d, %q, want %q", exit, stderr.String(), want)
			}
		})
	}
}
