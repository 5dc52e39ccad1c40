// Package audit compares deployed roles with the registry. It changes nothing.
//
// A call that fails never means fewer roles: it is among the report's errors, and the report says which roles may
// belong to a stack that could not be read. Roles are global and stacks are regional: a role of another region's stack
// counts as outside every stack.
package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
)

// Registry is the registry, as an audit reads it.
type Registry interface {
	List(ctx context.Context, path string) ([]registry.Parameter, error)
	History(ctx context.Context, name string) ([]registry.Version, error)
}

// Options say what is audited.
type Options struct {
	AccountID    string
	Region       string // the session's, for roles outside every stack
	Prefix       string
	Macro        string
	Settings     environment.Settings
	Project      string   // whatever the templates name; empty: what they name
	Stacks       []string // names of stacks, with the stacks nested in them; empty: all
	Environment  string   // only the roles of its stacks; empty: all
	Environments []string // that must be in the registry, too
	All          bool     // list the right roles too
	Time         time.Time
	Progress     func(done, total int) // can be nil
}

// Auditor reads what an audit needs.
type Auditor struct {
	Registry Registry
	Roles    iam.GetAccountAuthorizationDetailsAPIClient
	Regions  []Region
}

// Run audits an account. It returns an error if there is nothing to report; the report lists other calls that failed.
func (a Auditor) Run(ctx context.Context, o Options) (Report, error) {
	report := newReport(Scope{Account: o.AccountID, Regions: []string{}, Stacks: append([]string{}, o.Stacks...),
		Environment: o.Environment, Time: o.Time.UTC().Format(time.RFC3339)})
	for _, region := range a.Regions {
		report.Scope.Regions = append(report.Scope.Regions, region.Name)
	}
	parameters, err := a.Registry.List(ctx, o.Prefix)
	if err != nil {
		return report, err
	}
	c, err := newComparer(a.Registry, parameters, o)
	if err != nil {
		return report, err
	}
	roles, err := readRoles(ctx, a.Roles)
	if err != nil {
		return report, err
	}
	read := readStacks(ctx, a.Regions, o)
	if ctx.Err() != nil {
		return report, ctx.Err()
	}
	for _, err := range read.failures {
		report.Errors = append(report.Errors, err.Error())
	}
	missing := slices.DeleteFunc(slices.Clone(o.Stacks), func(name string) bool {
		return slices.ContainsFunc(read.stacks, func(s *stack) bool { return s.name == name })
	})
	if len(missing) > 0 && len(read.failures) == 0 {
		return report, fmt.Errorf("stack %s %w in the regions that were read", strings.Join(missing, ", "), ErrNoStack)
	}
	report.Totals.Stacks = len(read.stacks)
	for _, e := range c.excepted.Ended(o.Time) {
		report.Warnings = append(report.Warnings, fmt.Sprintf("exception %s ended on %s: its roles are compared again", e.Name, e.Until))
	}
	for _, m := range c.snapshot.Malformed() {
		report.Warnings = append(report.Warnings, m.Err.Error())
	}
	locate(roles, read)
	report.Add(c.compareAll(ctx, roles), o.All)
	slices.Sort(c.failures)
	report.Errors = append(report.Errors, slices.Compact(c.failures)...)
	return report, nil
}

// The errors of [Auditor.Run] for names that do not exist.
var (
	ErrNoStack       = errors.New("does not exist")
	ErrNoEnvironment = errors.New("does not exist")
)
