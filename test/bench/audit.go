package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/registry"
	"amplify-boundary/internal/test/audittest"
)

// The audit that is measured. CloudFormation takes ten calls a second; here the pace is ten times that, or the
// measure would take most of a minute.
const (
	auditStacks   = 200
	auditRoles    = 1000
	auditInterval = 10 * time.Millisecond
	auditLatency  = 20 * time.Millisecond

	// At most a call for each stack, one more for each that declares transforms, and the pages of roles and stacks.
	auditCalls = auditStacks + auditStacks + 1 + 2
)

// compareAudit measures an audit of a whole account against what its calls take at their pace.
func compareAudit(ctx context.Context) ([]goal, error) {
	account := &audittest.Account{Stacks: auditStacks, RolesPerStack: auditRoles / auditStacks, Boundary: boundaryARN, Latency: auditLatency}
	took, report, err := auditTime(ctx, account)
	if err != nil {
		return nil, err
	}
	if report.Totals.Roles != auditRoles || report.Totals.Findings != 0 || len(report.Errors) > 0 {
		return nil, fmt.Errorf("the audit found %+v, %q", report.Totals, report.Errors)
	}
	calls := len(account.Calls())
	least := time.Duration(auditCalls) * auditInterval
	fmt.Printf("\nAudit of %d roles in %d stacks, at %d calls a second (ten times the real pace), each of which takes %s:\n\n",
		auditRoles, auditStacks, time.Second/auditInterval, auditLatency)
	table := newTable("", "calls", "ms")
	table.row("what the design allows, at that pace", whole(auditCalls), milliseconds(least))
	table.row("audit", whole(float64(calls)), milliseconds(took))
	return []goal{
		{"calls of an audit / allowed", float64(calls) / auditCalls, atMost, 1},
		{"time of an audit / of its calls at their pace", float64(took) / float64(time.Duration(calls)*auditInterval), atMost, 1.3},
	}, table.print()
}

func auditTime(ctx context.Context, account http.Handler) (time.Duration, audit.Report, error) {
	server := httptest.NewServer(account)
	defer server.Close()
	cfg := aws.Config{Region: audittest.Region, BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("id", "secret", "")}
	auditor := audit.New(cfg, hierarchy{}, []string{audittest.Region}, false)
	for i := range auditor.Regions {
		auditor.Regions[i].Pace = &audit.Pace{Interval: auditInterval}
	}
	began := time.Now()
	report, err := auditor.Run(ctx, audit.Options{AccountID: audittest.AccountID, Region: audittest.Region, Prefix: registry.DefaultPrefix, Macro: "AmplifyBoundary"})
	return time.Since(began), report, err
}

// hierarchy is a registry for audits that costs nothing.
type hierarchy struct{}

func (hierarchy) List(context.Context, string) ([]registry.Parameter, error) {
	return []registry.Parameter{{Name: parameterName, Value: boundaryARN}}, nil
}

func (hierarchy) History(context.Context, string) ([]registry.Version, error) { return nil, nil }
