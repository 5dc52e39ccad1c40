package audit

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
)

// Kind says how a role compares with the registry.
type Kind string

// The kinds.
const (
	Right     Kind = "right"     // it has the boundary that it should have, or none if it should have none
	Missing   Kind = "missing"   // it has no boundary and should have one
	Different Kind = "different" // its boundary is not its environment's
	Stale     Kind = "stale"     // its boundary is an earlier one of its environment
	Extra     Kind = "extra"     // it has a boundary, and its environment has none
	Unknown   Kind = "unknown"   // the expected boundary is unknown
	Excepted  Kind = "excepted"  // an exception leaves it out
)

// IsFinding reports whether a role of the kind needs attention.
func (k Kind) IsFinding() bool { return k != Right && k != Excepted }

// Kinds lists the kinds of findings.
func Kinds() []Kind { return []Kind{Missing, Different, Stale, Extra, Unknown} }

// Help explains a kind of finding in a sentence.
func (k Kind) Help() string {
	return map[Kind]string{
		Missing:   "The role has no permissions boundary and should have one.",
		Different: "The role's boundary is not the one of its environment.",
		Stale:     "The role has an earlier boundary of its environment; deploy its stack again.",
		Extra:     "The role has a boundary, and its environment has none.",
		Unknown:   "The boundary that the role should have is unknown.",
	}[k]
}

// Severity says how much a kind of finding matters: high, medium, or low.
func (k Kind) Severity() string {
	return map[Kind]string{Missing: "high", Different: "high", Stale: "medium", Unknown: "medium", Extra: "low"}[k]
}

// CountKinds counts the roles with findings, such as "2 missing, 1 stale".
func CountKinds(roles []Role) string {
	counts := make(map[Kind]int)
	for _, r := range roles {
		counts[r.Kind]++
	}
	var list []string
	for _, kind := range Kinds() {
		if n := counts[kind]; n > 0 {
			list = append(list, fmt.Sprintf("%d %s", n, kind))
		}
	}
	return strings.Join(list, ", ")
}

// The locations of a role.
const (
	InStack = "stack"   // a stack that was read contains it
	Outside = "outside" // no stack of the regions contains it
	Unread  = "unread"  // a stack that could not be read may contain it
)

// Role is a role with what was found.
type Role struct {
	Account     string `json:"account"`     // the ID of its account
	Kind        Kind   `json:"kind"`        // right, missing, different, stale, extra, unknown, excepted
	Role        string `json:"role"`        // the role's name
	ARN         string `json:"arn"`         // the role's ARN
	Location    string `json:"place"`       // stack; outside: in no stack of the regions; unread: perhaps in a stack that could not be read
	Stack       string `json:"stack"`       // the stack's name; for unread, the stack whose name the role's name begins with; otherwise empty
	Root        string `json:"root"`        // the name of the outermost stack around it
	Region      string `json:"region"`      // the stack's region
	LogicalID   string `json:"logicalId"`   // the role's logical ID in the stack
	Environment string `json:"environment"` // the environment's name; empty if it is not known
	Project     string `json:"project"`     // the project's name; empty if none is named
	Declares    bool   `json:"declares"`    // whether the stack declares the macro for it
	Boundary    string `json:"boundary"`    // the boundary that the role has; empty if it has none
	Wanted      string `json:"wanted"`      // the ARN that it should have; empty if it should have none, or not one in particular
	Message     string `json:"message"`     // what was found and what is wanted; empty for a right role
	Repair      string `json:"repair"`      // the command that repairs it; empty for a right role, and if the note says everything
	Note        string `json:"note"`        // what else to know or do; can be empty
	Exception   string `json:"exception"`   // the name of the exception that leaves the role out; otherwise empty
	Reason      string `json:"reason"`      // the exception's reason
	Until       string `json:"until"`       // the last day of the exception, as 2027-03-31; empty: no end
}

// LocationNames are the words that a listing uses for the locations of roles.
type LocationNames struct {
	Nested  string // separates the outermost stack from a nested one
	Outside string // for a role in no stack
	Unknown string // for a role whose stack is not known
}

// LocationName names the role's location: its outermost stack, then the nested one.
func (r Role) LocationName(names LocationNames) string {
	stack := r.Stack
	if r.Stack != r.Root {
		stack = r.Root + names.Nested + r.Stack
	}
	switch {
	case r.Location == Outside:
		return names.Outside
	case r.Location == Unread && r.Stack == "":
		return names.Unknown
	case r.Location == Unread:
		return stack + " (not read)"
	default:
		return stack
	}
}

// Format is the version of a report's JSON form. Members can be added to it; any other change gives another version.
const Format = 1

// Report is the result of an audit.
type Report struct {
	Format int      `json:"format"` // 1; another number is another form
	Scope  Scope    `json:"scope"`  // what was audited
	Roles  []Role   `json:"roles"`  // findings, with --all the right and the excepted roles too; by region, root, stack, and role
	Errors []string `json:"errors"` // calls that failed: the report lacks what they would have shown
	Totals Totals   `json:"totals"` // counts

	Warnings   []string `json:"warnings"`   // exceptions that have ended, and entries of the registry that are malformed
	Exceptions []Role   `json:"exceptions"` // the roles that exceptions leave out, as they are among the roles with --all
	Groups     []Group  `json:"groups"`     // every stack, and the roles outside, with their counts

	Accounts []AccountResult `json:"accounts"` // with --accounts each of them, those that could not be read first; otherwise empty
}

// AccountResult is what was found in one account of many.
type AccountResult struct {
	Account string `json:"account"` // the account's ID
	Error   string `json:"error"`   // why it could not be read, or not completely; empty if it was
	Totals  Totals `json:"totals"`  // its counts
}

// Scope is what an audit covers.
type Scope struct {
	Account     string   `json:"account"`     // the account's ID; empty for many accounts
	Regions     []string `json:"regions"`     // the regions whose stacks were read
	Stacks      []string `json:"stacks"`      // the stacks that were named; none: all
	Environment string   `json:"environment"` // the environment that was named; empty: all
	Time        string   `json:"time"`        // when it began, as 2026-11-24T18:40:00Z
}

// Totals count what an audit covered.
type Totals struct {
	Stacks     int `json:"stacks"`     // the stacks that were read
	Roles      int `json:"roles"`      // the roles that were compared
	Findings   int `json:"findings"`   // the roles that are neither right nor excepted
	Excepted   int `json:"excepted"`   // the roles that exceptions leave out
	Undeclared int `json:"undeclared"` // right roles of stacks that do not declare the macro
}

func newReport(scope Scope) Report {
	return Report{Format: Format, Scope: scope, Roles: []Role{}, Errors: []string{}, Warnings: []string{}, Exceptions: []Role{},
		Groups: []Group{}, Accounts: []AccountResult{}}
}

// Add counts the roles that were compared, and lists the findings; with all, the other roles too. The report has none before.
func (r *Report) Add(compared []Role, all bool) {
	slices.SortStableFunc(compared, compareRoles)
	r.Groups = countGroups(compared)
	r.Totals.Roles = len(compared)
	for _, role := range compared {
		switch {
		case role.Kind == Excepted:
			r.Totals.Excepted++
			r.Exceptions = append(r.Exceptions, role)
		case role.Kind != Right:
			r.Totals.Findings++
		case role.Location == InStack && !role.Declares:
			r.Totals.Undeclared++
		}
		if all || role.Kind.IsFinding() {
			r.Roles = append(r.Roles, role)
		}
	}
}

// compareRoles orders roles: those in stacks first, then those that may be in a stack, then the rest.
func compareRoles(a, b Role) int {
	rank := func(r Role) int {
		rank := 2 * slices.Index([]string{InStack, Unread, Outside}, r.Location)
		if r.Stack == "" {
			rank++
		}
		return rank
	}
	return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Root, b.Root),
		cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Role, b.Role))
}

// ErrNotReport means that a text is not the JSON form of a report.
var ErrNotReport = errors.New("it is not the result of an audit")

// Parse reads a report from its JSON form. It ignores unknown members and refuses another version than [Format]. No
// error quotes the input.
func Parse(text []byte) (Report, error) {
	text = bytes.TrimPrefix(text, []byte("\uFEFF"))
	var form struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(text, &form); err != nil || form.Format < Format {
		return Report{}, ErrNotReport
	}
	if form.Format > Format {
		return Report{}, fmt.Errorf("it has format %d, and this version reads format %d; use the version that wrote it, or a newer one", form.Format, Format)
	}
	var r Report
	err := json.Unmarshal(text, &r)
	isUnknown := func(r Role) bool { return r.Kind.IsFinding() && !slices.Contains(Kinds(), r.Kind) }
	if err != nil || r.Roles == nil || r.Scope.Regions == nil || slices.ContainsFunc(r.Roles, isUnknown) {
		return Report{}, ErrNotReport
	}
	if r.Groups == nil { // only the listed roles are known
		r.Groups = countGroups(r.Roles)
	}
	return r, nil
}
