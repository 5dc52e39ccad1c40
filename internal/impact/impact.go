// Package impact says what a boundary would take away from deployed roles, before it is set. It changes nothing.
//
// IAM says what each role used, and IAM decides what the boundary allows: this package only rewrites the boundary so
// that neither resource nor condition decides, in two readings between which the answer for a real request is. A call
// that fails never means less: what it would have shown is unknown.
package impact

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"amplify-boundary/internal/awsapi"
	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/registry"
)

// Assessor asks IAM.
type Assessor struct {
	AWS       aws.Config // for simulations
	Use       LastAccessed
	FirstPoll time.Duration // before the first question whether a job has ended; 0: a second
}

// New returns an assessor of the configuration's account. It waits out throttling.
func New(cfg aws.Config) Assessor {
	cfg = registry.Patient(awsapi.Limited(cfg))
	return Assessor{AWS: cfg, Use: iam.NewFromConfig(cfg)}
}

// Role is a role that is asked about.
type Role struct {
	Account, Name, ARN, Stack, Region, Environment string

	Boundary string // the one that it is to have: an ARN, or what [Options.Document] knows; empty: none
	Err      error  // why the boundary is not known
}

// Options say what is asked.
type Options struct {
	Roles    []Role
	Scope    Scope
	Since    time.Time
	Excepted int
	Document func(ctx context.Context, boundary string) (account.Document, error)
	Progress func(read, all, running int) // shows how many of all roles were read, and how many jobs of IAM run; can be nil
}

// Run asks what the roles' boundaries would take away from them.
func (a Assessor) Run(ctx context.Context, o Options) Report {
	report := Report{Format: Format, Scope: o.Scope, Uses: []Use{}, Errors: []string{}, Totals: Totals{Roles: len(o.Roles), Excepted: o.Excepted}}
	boundaries := make(map[string]*bound)
	roles := slices.Clone(o.Roles)
	var arns []string // whose use matters
	for i := range roles {
		r := &roles[i]
		if r.Err != nil || r.Boundary == "" {
			continue
		}
		if boundaries[r.Boundary] == nil {
			b := &bound{outcomes: make(map[string]outcome)}
			document, err := o.Document(ctx, r.Boundary)
			if b.err = err; err == nil {
				b.policy, b.err = parse(document)
			}
			boundaries[r.Boundary] = b
		}
		if r.Err = boundaries[r.Boundary].err; r.Err == nil {
			arns = append(arns, r.ARN)
		}
	}
	slices.Sort(arns)
	usages := a.usages(ctx, slices.Compact(arns), o.Since, o.Progress)
	for _, r := range roles {
		b := boundaries[r.Boundary]
		if b == nil {
			continue
		}
		for _, used := range usages[r.ARN].uses {
			b.used = append(b.used, used.name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(boundaries)) {
		if b := boundaries[name]; b.err == nil {
			a.judge(ctx, b)
		}
	}
	for _, r := range roles {
		u := usages[r.ARN]
		of := Use{Account: r.Account, Role: r.Name, ARN: r.ARN, Stack: r.Stack, Region: r.Region, Environment: r.Environment, Boundary: r.Boundary}
		if err := cmp.Or(r.Err, u.err); err != nil {
			of.Result, of.Message = Unknown, err.Error()
			report.Uses = append(report.Uses, of)
			continue
		}
		for _, used := range u.uses {
			o := boundaries[r.Boundary].outcomes[used.name]
			of.Action, of.LastUsed = used.name, used.last.UTC().Format(time.RFC3339)
			of.Result, of.Statement, of.Message = o.result, o.statement, o.message
			report.Uses = append(report.Uses, of)
		}
	}
	slices.SortStableFunc(report.Uses, func(a, b Use) int {
		return cmp.Or(cmp.Compare(a.Region, b.Region), cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Role, b.Role), cmp.Compare(a.Action, b.Action))
	})
	report.count()
	return report
}
