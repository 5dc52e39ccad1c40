package audit

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/registry"
)

// noHistory is a registry whose SSM parameters never changed.
type noHistory struct{ Registry }

func (noHistory) History(context.Context, string) ([]registry.Version, error) { return nil, nil }

// The comparison costs as much for each environment whether there are few or many: of each, two roles are right, and one
// is missing or has another boundary.
func BenchmarkCompare(b *testing.B) {
	for _, environments := range []int{500, 5000} {
		b.Run(strconv.Itoa(environments), func(b *testing.B) {
			for b.Loop() {
				if got, want := compareAll(b, environments), environments; got != want {
					b.Fatalf("got %d findings, want %d", got, want)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*environments), "µs/environment")
		})
	}
}

func TestCompare_each_environment(t *testing.T) {
	if got := compareAll(t, 20); got != 20 {
		t.Errorf("got %d findings, want 20", got)
	}
}

// compareAll compares three roles of each environment, and counts the findings.
func compareAll(t testing.TB, environments int) (findings int) {
	t.Helper()
	var parameters []registry.Parameter
	var roles []role
	var read reading
	for i := range environments {
		name := fmt.Sprint("e", i)
		arn := policy + name
		parameters = append(parameters, registry.Parameter{Name: "/p/" + name, Value: arn})
		s := &stack{region: Region{Name: "eu-west-1"}, name: "stack-" + name, root: "stack-" + name, roles: map[string]string{}, declared: []jsontext.Pointer{""},
			values: map[string]jsontext.Value{"env": jsontext.Value(strconv.Quote(name))}}
		s.rootStack = s
		for k, bound := range []string{arn, arn, []string{"", policy + "other"}[i%2]} {
			r := role{name: fmt.Sprint(name, "-role-", k), path: "/", arn: fmt.Sprint("arn:aws:iam::123456789012:role/", name, "-role-", k), boundary: bound}
			s.roles[r.name] = fmt.Sprint("Role", k)
			roles = append(roles, r)
		}
		read.stacks = append(read.stacks, s)
	}
	read.isWhole = true
	c, err := newComparer(noHistory{}, parameters, Options{AccountID: "123456789012", Region: "eu-west-1", Prefix: "/p", Macro: "AmplifyBoundary", Time: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	var report Report
	locate(roles, read)
	report.Add(c.compareAll(t.Context(), roles), false)
	return report.Totals.Findings
}
