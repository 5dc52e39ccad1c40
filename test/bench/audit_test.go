package main

import (
	"testing"

	"amplify-boundary/internal/test/audittest"
)

// The measured audit looks at every role, and makes the calls that are counted.
func TestAuditTime(t *testing.T) {
	account := &audittest.Account{Stacks: 3, RolesPerStack: 2, Boundary: boundaryARN}
	_, report, err := auditTime(t.Context(), account)
	if err != nil || report.Totals.Roles != 6 || report.Totals.Findings != 0 {
		t.Errorf("got %+v, %v", report, err)
	}
	if got, want := len(account.Calls()), 1+1+3+3; got != want {
		t.Errorf("got %d calls, want %d", got, want)
	}
}
