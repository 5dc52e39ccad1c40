package commandtest

import (
	"bytes"
	"testing"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/program"
)

// Run runs the command with environment variables and an input.
func Run(t *testing.T, environ map[string]string, input []byte, arguments ...string) (exit int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	streams := command.IO{In: bytes.NewReader(input), Out: &out, Err: &errs, Getenv: func(name string) string { return environ[name] }}
	exit = program.Run(t.Context(), streams, arguments)
	return exit, out.String(), errs.String()
}
