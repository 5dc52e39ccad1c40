package impact

import (
	"bytes"
	_ "embed" // the section
	"errors"
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"

	"amplify-boundary/internal/printable"
)

// Result says what a boundary does to a use.
type Result string

// The results.
const (
	Lost    Result = "lost"    // the boundary denies it for every resource and every request
	Depends Result = "depends" // it depends on the resource, on the request, or on the action
	Kept    Result = "kept"    // the boundary allows it for every resource and every request
	Unknown Result = "unknown" // a call failed
)

// Use is an action that a role used, with what the boundary does to it. A role whose use is not known has one without
// an action.
type Use struct {
	Account     string `json:"account"`     // the ID of the role's account
	Role        string `json:"role"`        // the role's name
	ARN         string `json:"arn"`         // the role's ARN
	Stack       string `json:"stack"`       // the name of its stack; empty if it belongs to none
	Region      string `json:"region"`      // the stack's region
	Environment string `json:"environment"` // the role's environment
	Boundary    string `json:"boundary"`    // the boundary's ARN, or the file that has it
	Action      string `json:"action"`      // such as s3:PutObject; only the service where IAM does not say more; empty if nothing is known
	LastUsed    string `json:"lastUsed"`    // as 2026-11-24T18:40:00Z; empty if nothing is known
	Result      Result `json:"result"`      // lost, depends, kept, or unknown
	Statement   string `json:"statement"`   // what decides: a statement's Sid or, without one, its number; can be empty
	Message     string `json:"message"`     // the reason of the result; empty for kept
}

// Format is the version of a report's JSON form. Members can be added to it; any other change gives another version.
const Format = 1

// Report is what a boundary would take away from roles.
type Report struct {
	Format int      `json:"format"` // 1; another number is another form
	Scope  Scope    `json:"scope"`  // what was asked
	Uses   []Use    `json:"uses"`   // by region, stack, role, and action
	Errors []string `json:"errors"` // calls that failed: the report lacks what they would have shown
	Totals Totals   `json:"totals"` // counts
}

// Scope is what a report covers.
type Scope struct {
	Account      string   `json:"account"`      // the account's ID; empty for many accounts
	Regions      []string `json:"regions"`      // the regions whose stacks were read
	Environments []string `json:"environments"` // the environments whose roles were read
	Boundary     string   `json:"boundary"`     // the boundary that was given, or its file; empty: that of each role's environment
	Days         int      `json:"days"`         // only what was used in these last days
	Time         string   `json:"time"`         // when it began, as 2026-11-24T18:40:00Z
}

// Totals count what a report covers.
type Totals struct {
	Roles    int `json:"roles"`    // the roles that were asked about
	Losing   int `json:"losing"`   // those that lose an action
	Actions  int `json:"actions"`  // the different actions and services that are lost
	Lost     int `json:"lost"`     // the uses that are lost
	Depends  int `json:"depends"`  // the uses whose result depends
	Kept     int `json:"kept"`     // the uses that are kept
	Unknown  int `json:"unknown"`  // the roles about which something is not known
	Excepted int `json:"excepted"` // the roles that exceptions leave out; they are not among the others
}

func (r *Report) count() {
	losing, unknown, actions := make(map[string]bool), make(map[string]bool), make(map[string]bool)
	for _, u := range r.Uses {
		switch u.Result {
		case Lost:
			r.Totals.Lost++
			losing[u.ARN], actions[u.Action] = true, true
		case Depends:
			r.Totals.Depends++
		case Kept:
			r.Totals.Kept++
		case Unknown:
			unknown[u.ARN] = true
		}
	}
	r.Totals.Losing, r.Totals.Unknown, r.Totals.Actions = len(losing), len(unknown), len(actions)
}

// Merge joins the reports of many accounts, at least one, into one, whose scope is that of the first, without its account.
func Merge(reports []Report) Report {
	merged := Report{Format: Format, Scope: reports[0].Scope, Uses: []Use{}, Errors: []string{}}
	merged.Scope.Account = ""
	for _, r := range reports {
		merged.Uses = append(merged.Uses, r.Uses...)
		for _, e := range r.Errors {
			merged.Errors = append(merged.Errors, "account "+r.Scope.Account+": "+e)
		}
		merged.Totals.Roles += r.Totals.Roles
		merged.Totals.Excepted += r.Totals.Excepted
	}
	merged.count()
	return merged
}

// IsKnown reports whether no call failed.
func (r Report) IsKnown() bool { return r.Totals.Unknown == 0 && len(r.Errors) == 0 }

// Sentence is what matters most, without a final period.
func (r Report) Sentence() string {
	t := r.Totals
	switch {
	case t.Roles == 0:
		return "no role belongs to environment " + strings.Join(r.Scope.Environments, ", ")
	case t.Losing == 0 && !r.IsKnown():
		return fmt.Sprintf("it is not known whether a role would lose an action that it used in the last %d days", r.Scope.Days)
	case t.Losing == 0:
		return fmt.Sprintf("no role of %d would lose an action that it used in the last %d days", t.Roles, r.Scope.Days)
	default:
		who := "they"
		if t.Losing == 1 {
			who = "it"
		}
		return fmt.Sprintf("%d of %s would lose %s that %s used in the last %d days", t.Losing, counted(t.Roles, "role"), counted(t.Actions, "action"), who, r.Scope.Days)
	}
}

func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// ErrNotReport means that a text is not the JSON form of a report.
var ErrNotReport = errors.New("it is not the result of impact")

// Parse reads a report from its JSON form. It ignores unknown members and refuses another version than [Format]. No
// error quotes the input.
func Parse(text []byte) (Report, error) {
	var r Report
	results := []Result{Lost, Depends, Kept, Unknown}
	err := json.Unmarshal(bytes.TrimPrefix(text, []byte("\uFEFF")), &r)
	switch {
	case err == nil && r.Format > Format:
		return Report{}, fmt.Errorf("it has format %d, and this version reads format %d; use the version that wrote it, or a newer one", r.Format, Format)
	case err != nil || r.Format != Format || r.Uses == nil || r.Scope.Environments == nil,
		slices.ContainsFunc(r.Uses, func(u Use) bool { return !slices.Contains(results, u.Result) }):
		return Report{}, ErrNotReport
	}
	return r, nil
}

//go:embed section.html
var sectionText string

// Section returns the report as a section of an HTML page. Everything in the report is escaped.
func (r Report) Section() (template.HTML, error) {
	section := template.Must(template.New("section").Funcs(template.FuncMap{"clean": printable.Line}).Parse(sectionText))
	var text strings.Builder
	err := section.Execute(&text, r)
	return template.HTML(text.String()), err
}
