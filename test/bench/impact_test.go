package bench

import (
	"context"
	"fmt"
	"testing"
	"time"

	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/impact"
	"amplify-boundary/internal/test/iamtest"
)

// The impact of a boundary on 1,000 roles that use 250 different actions and a service without action data, with IAM's
// jobs 125 times as fast as they are polled otherwise. It may start a job for each role, poll it three times, since it
// has not ended twice, and simulate twice for each 100 actions and for the service.
func BenchmarkImpact(b *testing.B) {
	const roles, actions, firstPoll = 1000, 250, 8 * time.Millisecond
	calls := 0
	for b.Loop() {
		calls = runImpact(b, roles, actions, firstPoll)
	}
	const allowed, job, atOnce = roles*(1+3) + 2*3 + 2, (1 + 2 + 4) * firstPoll, 8
	b.ReportMetric(float64(calls), "calls/op")
	b.ReportMetric(allowed, "allowed-calls/op")
	b.ReportMetric(float64(roles*job/atOnce), "least-ns")
}

func TestImpact(t *testing.T) {
	if got, want := runImpact(t, 5, 250, time.Millisecond), 5*(1+3)+2+2; got != want { // 25 of the actions are used
		t.Errorf("got %d calls, want %d", got, want)
	}
}

// runImpact asks for the impact on roles, each of which uses five of the actions, and returns the number of calls.
func runImpact(t testing.TB, number, actions int, firstPoll time.Duration) int {
	t.Helper()
	iam := &iamtest.IAM{Used: make(map[string][]iamtest.Service)}
	now := time.Now()
	var roles []impact.Role
	for i := range number {
		name := fmt.Sprintf("role-%d", i)
		arn := "arn:aws:iam::123456789012:role/" + name
		used := iamtest.Service{Namespace: "s3", Last: now}
		for n := range 5 {
			used.Actions = append(used.Actions, iamtest.Action{Name: fmt.Sprintf("Action%d", (5*i+n)%actions), Last: now})
		}
		iam.Used[arn] = []iamtest.Service{used, {Namespace: "sqs", Last: now}}
		roles = append(roles, impact.Role{Name: name, ARN: arn, Boundary: boundaryARN})
	}
	assessor := impact.New(configAt(iam.Start(t, "")))
	assessor.FirstPoll = firstPoll
	report := assessor.Run(t.Context(), impact.Options{Roles: roles, Since: now.Add(-time.Hour), Document: func(context.Context, string) (account.Document, error) {
		return account.ParseDocument(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)
	}})
	if want := (impact.Totals{Roles: number, Kept: 6 * number}); report.Totals != want {
		t.Fatalf("got %+v, want %+v", report.Totals, want)
	}
	return len(iam.Calls())
}
