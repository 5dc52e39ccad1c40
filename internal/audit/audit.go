// Package audit compares the roles of an account with what the registry wants of them. It changes nothing.
//
// A call that fails is never taken for fewer roles: it stands among the report's errors, and a role that may be
// of a stack that could not be read is said to be. Roles are global and stacks regional: the roles of other
// regions' stacks count as outside of every stack.
package audit

import (
	"cmp"
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

// Help says what a role of the kind is, in a sentence.
func (k Kind) Help() string {
	switch k {
	case Right:
		return "The role has the boundary that it should have, or none where it should have none."
	case Missing:
		return "The role has no permissions boundary and should have one."
	case Different:
		return "The role has another boundary than its environment's."
	case Stale:
		return "The role has an earlier boundary of its environment; deploy its stack again."
	case Extra:
		return "The role has a boundary, and its environment has none."
	case Unknown:
		return "Nobody can say which boundary the role should have."
	case Old:
		return "The role still has the boundary that was asked for."
	default:
		return ""
	}
}

// Places of a role.
const (
	InStack = "stack"   // a stack that was read made it
	Outside = "outside" // no stack of the regions made it
	Unread  = "unread"  // a stack that could not be read may have made it
)

// Role is a role with what was found.
type Role struct {
	Kind        Kind   `json:"kind"`        // right, missing, different, stale, extra, unknown; old with --old
	Role        string `json:"role"`        // the role's name
	ARN         string `json:"arn"`         // the role's ARN
	Place       string `json:"place"`       // stack, outside of every stack of the regions, or unread: of a stack that could not be read, maybe
	Stack       string `json:"stack"`       // the stack's name; with unread, the one that the role's name begins with; else empty
	Root        string `json:"root"`        // the name of the outermost stack around it
	Region      string `json:"region"`      // the stack's region
	LogicalID   string `json:"logicalId"`   // the role's logical ID in the stack
	Environment string `json:"environment"` // the environment's name; empty where none is known
	Project     string `json:"project"`     // the project's name; empty where none is named
	Declares    bool   `json:"declares"`    // whether the stack declares the macro
	Boundary    string `json:"boundary"`    // the boundary that the role has; empty where it has none
	Wanted      string `json:"wanted"`      // the ARN that it should have; empty where it is none, or not one
	Message     string `json:"message"`     // what was found and what is wanted; empty for a right role
	Repair      string `json:"repair"`      // the command that repairs it; empty for a right role, and where the note says all
	Note        string `json:"note"`        // what else is to be known or done for that; may be empty
}

// PlaceNames are the words of a listing for where a role belongs.
type PlaceNames struct {
	Within  string // between the outermost stack and a nested one
	Outside string // for a role of no stack
	Unknown string // for a role whose stack is not known
}

// PlaceName names where the role belongs: its outermost stack, then the nested one.
func (r Role) PlaceName(names PlaceNames) string {
	stack := r.Stack
	if r.Stack != r.Root {
		stack = r.Root + names.Within + r.Stack
	}
	switch {
	case r.Place == Outside:
		return names.Outside
	case r.Place == Unread && r.Stack == "":
		return names.Unknown
	case r.Place == Unread:
		return stack + " (not read)"
	default:
		return stack
	}
}

// Format is the form of a report as JSON. Members may be added to it; any other change makes another one.
const Format = 1

// Report is what an audit found.
type Report struct {
	Format int      `json:"format"` // 1; another number is another form
	Scope  Scope    `json:"scope"`  // what was asked for
	Roles  []Role   `json:"roles"`  // findings, with --all the right ones too; by region, root, stack and role
	Errors []string `json:"errors"` // calls that failed: the report lacks what they would have shown
	Totals Totals   `json:"totals"` // what was looked at
}

// Scope is what an audit was asked for.
type Scope struct {
	Account     string   `json:"account"`     // the account's ID
	Regions     []string `json:"regions"`     // the regions whose stacks were read
	Stacks      []string `json:"stacks"`      // the stacks that were named; none: all
	Environment string   `json:"environment"` // the environment that was named; empty: all
	Old         string   `json:"old"`         // the boundary that was looked for; empty: an audit
	Time        string   `json:"time"`        // when it began, as 2026-11-24T18:40:00Z
}

// Totals count what was looked at.
type Totals struct {
	Stacks     int `json:"stacks"`     // the stacks that were looked at
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
	Time        time.Time
	Progress    func(done, total int) // may be nil
}

// Auditor reads what an audit needs.
type Auditor struct {
	Registry Registry
	Roles    iam.GetAccountAuthorizationDetailsAPIClient
	Regions  []Region
}

// Run audits an account. Its error is one that leaves nothing to report; other failed calls are in the report.
func (a Auditor) Run(ctx context.Context, o Options) (Report, error) {
	report := Report{Format: Format, Scope: a.scope(o), Roles: []Role{}, Errors: []string{}}
	parameters, err := a.Registry.List(ctx, o.Prefix)
	if err != nil {
		return report, err
	}
	j, err := newJudge(a.Registry, parameters, o)
	if err != nil {
		return report, err
	}
	roles, err := readRoles(ctx, a.Roles, o.Old != "")
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
	if err := allFound(read.stacks, o.Stacks); err != nil && len(read.failures) == 0 {
		return report, err
	}
	report.Totals.Stacks = len(read.stacks)
	for _, p := range place(roles, read) {
		if r, wanted := j.judge(ctx, p); wanted {
			report.add(r, o.All)
		}
	}
	slices.Sort(j.failures)
	report.Errors = append(report.Errors, slices.Compact(j.failures)...)
	slices.SortStableFunc(report.Roles, compareRoles)
	return report, nil
}

func (a Auditor) scope(o Options) Scope {
	s := Scope{Account: o.AccountID, Regions: []string{}, Stacks: append([]string{}, o.Stacks...),
		Environment: o.Environment, Old: o.Old, Time: o.Time.UTC().Format(time.RFC3339)}
	for _, region := range a.Regions {
		s.Regions = append(s.Regions, region.Name)
	}
	return s
}

func (r *Report) add(role Role, all bool) {
	r.Totals.Roles++
	switch {
	case role.Kind != Right:
		r.Totals.Findings++
	case r.Scope.Old == "" && role.Place == InStack && !role.Declares:
		r.Totals.Undeclared++
	}
	if all || role.Kind != Right {
		r.Roles = append(r.Roles, role)
	}
}

func compareRoles(a, b Role) int {
	group := func(r Role) int {
		switch {
		case r.Place == InStack:
			return 0
		case r.Stack != "":
			return 1
		case r.Place == Unread:
			return 2
		default:
			return 3
		}
	}
	key := func(r Role) []string { return []string{r.Region, r.Root, r.Stack, r.Role} }
	return cmp.Or(cmp.Compare(group(a), group(b)), slices.Compare(key(a), key(b)))
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
