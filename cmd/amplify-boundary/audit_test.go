package main

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"amplify-boundary/internal/test/audittest"
)

// An audit shows its progress at a terminal, and removes it at the end.
func TestAudit_progress(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(&audittest.Account{Stacks: 3, RolesPerStack: 1, Boundary: devARN})
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := prepare(ctx, workplace(t, of(devARN)), "audit", "--region", audittest.Region)
	cmd.Env = append(cmd.Env, "AWS_ENDPOINT_URL="+server.URL, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test")
	var output strings.Builder
	cmd.Stdout = &output
	term := open(t, cmd)
	if got := exitCode(ctx, t, <-term.ended); got != 0 {
		t.Errorf("got exit code %d, want 0", got)
	}
	want := "\ramplify-boundary: 1 of 3 stacks\ramplify-boundary: 2 of 3 stacks\ramplify-boundary: 3 of 3 stacks" + erased
	if got := term.shown(); got != want {
		t.Errorf("screen: got %q, want %q", got, want)
	}
	if got, want := output.String(), "3 stacks, 3 roles, 0 findings\n"; got != want {
		t.Errorf("standard output: got %q, want %q", got, want)
	}
}
