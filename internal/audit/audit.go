// Package audit compares the roles of an account with what the registry wants of them. It changes nothing.
//
// A call that fails is never taken for fewer roles: it stands among the report's errors. Roles are global and
// stacks regional: the roles of stacks that were not read count as outside of every stack.
package audit

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/registry"
)

// Kind is what is the matter with a role.
type Kind string

// The kinds.
const (
	Right     Kind = "right"
	Missing   Kind = "missing"   // it has no boundary and should have one
	Different Kind = "different" // it has another than its environment's
	Stale     Kind = "stale"     // it has an earlier one of its environment
	Extra     Kind = "extra"     // it has one, and its environment has none
	Unknown   Kind = "unknown"   // nobody can say what it should have
	Old       Kind = "old"       // it still has the boundary that was asked for
)

// Kinds lists the kinds of findings.
func Kinds() []Kind { return []Kind{Missing, Different, Stale, Extra, Unknown, Old} }

// Role is a role with what was found.
type Role struct {
	Kind        Kind   `json:"kind"`        // right, missing, different, stale, extra, unknown; old with --old
	Role        string `json:"role"`        // the role's name
	ARN         string `json:"arn"`         // the role's ARN
	Stack       string `json:"stack"`       // the stack's name; empty outside of every stack that was read
	Root        string `json:"root"`        // the name of the outermost stack around it
	Region      string `json:"region"`      // the stack's region
	LogicalID   string `json:"logicalId"`   // the role's logical ID in the stack
	Environment string `json:"environment"` // the environment's name; empty where none is known
	Project     string `json:"project"`     // the project's name; empty where none is named
	Declares    bool   `json:"declares"`    // whether the stack declares the macro
	Boundary    string `json:"boundary"`    // the boundary that the role has; empty where it has none
	Wanted      string `json:"wanted"`      // the ARN that it should have; empty where it is none, or not one
	Message     string `json:"message"`     // what was found and what is wanted; empty for a right role
	Repair      string `json:"repair"`      // the command that repairs it; empty for a right role
}

// Report is what an audit found.
type Report struct {
	Roles  []Role   `json:"roles"`  // findings, with --all the right ones too; by region, root, stack and role
	Errors []string `json:"errors"` // calls that failed: the report lacks what they would have shown
	Totals Totals   `json:"totals"` // what was looked at
}

// Totals count what was looked at.
type Totals struct {
	Stacks     int `json:"stacks"`     // the stacks that were read
	Roles      int `json:"roles"`      // the roles that were compared
	Findings   int `json:"findings"`   // those that are not right
	Undeclared int `json:"undeclared"` // right roles of stacks that do not declare the macro
}

// Registry is the registry, as it is read here.
type Registry interface {
	List(ctx context.Context, path string) ([]registry.Parameter, error)
	History(ctx context.Context, name string) ([]registry.Version, error)
}

// Options say what is looked at.
type Options struct {
	AccountID   string
	Region      string // the session's, for roles outside of every stack
	Prefix      string
	Macro       string
	Settings    environment.Settings
	Project     string   // whatever the templates name; empty: what they name
	Stacks      []string // names of stacks, whose nested stacks count too; empty: all
	Environment string   // only the roles of its stacks; empty: all
	Old         string   // an ARN: only look for roles that carry it
	All         bool     // list the right ones too
	Progress    func(done, total int)
}

// Auditor reads what an audit needs.
type Auditor struct {
	Registry Registry
	Roles    iam.GetAccountAuthorizationDetailsAPIClient
	Regions  []Region
}

// Run audits an account. Its error is one that leaves nothing to report; other failed calls are in the report.
func (a Auditor) Run(ctx context.Context, o Options) (Report, error) {
	report := Report{Roles: []Role{}, Errors: []string{}}
	parameters, err := a.Registry.List(ctx, o.Prefix)
	if err != nil {
		return report, err
	}
	j, err := newJudge(a.Registry, parameters, o)
	if err != nil {
		return report, err
	}
	roles, err := readRoles(ctx, a.Roles)
	if err != nil {
		return report, err
	}
	stacks, failures := readStacks(ctx, a.Regions, o)
	if ctx.Err() != nil {
		return report, ctx.Err()
	}
	for _, err := range failures {
		report.Errors = append(report.Errors, err.Error())
	}
	if err := allFound(stacks, o.Stacks); err != nil && len(failures) == 0 {
		return report, err
	}
	report.Totals.Stacks = len(stacks)
	for _, p := range place(roles, stacks) {
		if p.stack == nil && (len(o.Stacks) > 0 || o.Environment != "") {
			continue
		}
		r := j.judge(ctx, p)
		if o.Environment != "" && r.Environment != o.Environment {
			continue
		}
		report.add(r, o.All)
	}
	slices.Sort(j.failures)
	report.Errors = append(report.Errors, slices.Compact(j.failures)...)
	slices.SortStableFunc(report.Roles, compareRoles)
	return report, nil
}

func (r *Report) add(role Role, all bool) {
	r.Totals.Roles++
	switch {
	case role.Kind != Right:
		r.Totals.Findings++
	case role.Stack != "" && !role.Declares:
		r.Totals.Undeclared++
	}
	if all || role.Kind != Right {
		r.Roles = append(r.Roles, role)
	}
}

func compareRoles(a, b Role) int {
	key := func(r Role) []string {
		outside := "0"
		if r.Stack == "" {
			outside = "1"
		}
		return []string{outside, r.Region, r.Root, r.Stack, r.Role}
	}
	return slices.Compare(key(a), key(b))
}

// allFound fails where a stack that is named was not found.
func allFound(stacks []*stack, names []string) error {
	var missing []string
	for _, name := range names {
		if !slices.ContainsFunc(stacks, func(s *stack) bool { return s.name == name }) {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return fmt.Errorf("there is no stack %s in the regions that were read; give others as --regions", strings.Join(missing, ", "))
}

// errNoEnvironment says that an environment does not exist.
var errNoEnvironment = errors.New("does not exist")
