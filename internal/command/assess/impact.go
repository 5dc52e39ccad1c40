package assess

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/awsapi/account"
	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/impact"
	"amplify-boundary/internal/registry"
)

// DefaultDays is how many days of use count. IAM keeps 400.
const DefaultDays = 90

// Question is what is asked about a boundary.
type Question struct {
	Environments []string
	Roles        []string        // names; empty: all
	Boundary     *boundary.Value // nil: that of each role's environment
	File         string          // that has the policy instead; empty: none
	Policy       account.Document
	Days         int
	IsAffected   func(environment.Environment) (bool, error) // nil: every role of the environments
}

// Impact asks what a boundary would take away from the roles of the scope.
func (s *Scope) Impact(ctx context.Context, q Question) (impact.Report, error) {
	return read(ctx, s, impact.Merge,
		func(ctx context.Context, r *reader, id string) (impact.Report, error) { return r.impact(ctx, id, q) },
		func(report *impact.Report) (account *string, errs *[]string) {
			return &report.Scope.Account, &report.Errors
		})
}

// impact asks what a boundary would take away from the roles of one account.
func (r *reader) impact(ctx context.Context, accountID string, q Question) (impact.Report, error) {
	options := audit.Options{All: true}
	if q.Boundary == nil && q.File == "" {
		options.Environments = q.Environments
	}
	a, err := r.audit(ctx, accountID, options)
	if err != nil {
		return impact.Report{}, err
	}
	for _, w := range a.Warnings { // each once, however many accounts have it
		if _, isSaid := r.said.LoadOrStore(w, true); !isSaid {
			r.scope.IO.Say("warning", "%s", w)
		}
	}
	cfg := r.in(accountID)
	now := time.Now()
	o := impact.Options{
		Since: now.AddDate(0, 0, -q.Days),
		Scope: impact.Scope{Account: accountID, Regions: a.Scope.Regions, Environments: q.Environments, Boundary: q.File, Days: q.Days, Time: now.UTC().Format(time.RFC3339)},
	}
	if q.Boundary != nil {
		o.Scope.Boundary = q.Boundary.String()
	}
	if err := q.selectRoles(a, accountID, &o); err != nil {
		return impact.Report{}, err
	}
	policies := account.NewPolicies(registry.Patient(cfg))
	o.Document = func(ctx context.Context, name string) (account.Document, error) {
		if name == q.File {
			return q.Policy, nil
		}
		return policies.Document(ctx, name)
	}
	if r.progress != nil {
		o.Progress = func(read, all, running int) {
			r.scope.IO.Progress(fmt.Sprintf("roles, %s running", command.Counted(running, "job")))(read, all)
		}
	}
	report := impact.New(cfg).Run(ctx, o)
	report.Errors = append(report.Errors, a.Errors...)
	return report, ctx.Err()
}

// errNoRole reports that a role that was named does not exist.
var errNoRole = errors.New("does not exist in a stack of environment")

// selectRoles selects the roles that are asked about, with the boundary that each is to have.
func (q Question) selectRoles(a audit.Report, accountID string, o *impact.Options) error {
	missing := slices.Clone(q.Roles)
	for _, r := range a.Roles {
		isAsked := r.Stack != "" && slices.Contains(q.Environments, r.Environment) && (len(q.Roles) == 0 || slices.Contains(q.Roles, r.Role))
		if isAsked && q.IsAffected != nil {
			var err error
			if isAsked, err = q.IsAffected(environment.Environment{Name: r.Environment, Project: r.Project}); err != nil {
				return err
			}
		}
		if !isAsked {
			continue
		}
		missing = slices.DeleteFunc(missing, func(name string) bool { return name == r.Role })
		if r.Kind == audit.Excepted {
			o.Excepted++
			continue
		}
		role := impact.Role{Account: accountID, Name: r.Role, ARN: r.ARN, Stack: r.Stack, Region: r.Region, Environment: r.Environment}
		role.Boundary, role.Err = q.boundaryOf(r, accountID)
		o.Roles = append(o.Roles, role)
	}
	if len(missing) > 0 {
		return fmt.Errorf("role %s %w %s; see the roles with: %s audit --all", strings.Join(missing, ", "), errNoRole, strings.Join(q.Environments, ", "), command.Program)
	}
	return nil
}

// boundaryOf returns the boundary that a role is to have; empty is none.
func (q Question) boundaryOf(r audit.Role, accountID string) (string, error) {
	switch {
	case q.File != "":
		return q.File, nil
	case q.Boundary != nil && q.Boundary.IsNone():
		return "", nil
	case q.Boundary != nil:
		e := environment.Environment{Name: r.Environment, Project: r.Project}
		return q.Boundary.Resolve(e.Scope(accountID, r.Region))
	case r.Wanted != "", r.Kind == audit.Extra, r.Kind == audit.Right && r.Boundary == "":
		return r.Wanted, nil
	default:
		return "", errors.New("the boundary of its environment is not known: " + r.Message)
	}
}

// Explain says on standard error what the report leaves open.
func (s *Scope) Explain(r impact.Report) {
	roles := make(map[string][]string) // by why something is not known of them
	var reasons []string
	for _, u := range r.Uses {
		if u.Result == impact.Unknown && roles[u.Message] == nil {
			reasons = append(reasons, u.Message)
		}
		if u.Result == impact.Unknown && !slices.Contains(roles[u.Message], u.Role) {
			roles[u.Message] = append(roles[u.Message], u.Role)
		}
	}
	for _, e := range r.Errors {
		s.IO.Say("error", "%s", e)
	}
	for _, reason := range reasons {
		s.IO.Say("error", "role %s: %s", cfn.JoinNames(roles[reason], command.NamesShown), reason)
	}
	if r.Totals.Roles > 0 {
		s.IO.Say("", "IAM's data lags by up to four hours, counts denied attempts, and does not name resources")
	}
}

// Lines are the uses for people, as a table of at most so many columns.
func Lines(r impact.Report, width int) []string {
	if len(r.Uses) == 0 {
		return nil
	}
	rows := [][]string{{"ACCOUNT", "ROLE", "STACK", "ACTION", "LAST USED", "RESULT", "STATEMENT"}}
	for _, u := range r.Uses {
		row := []string{u.Account, u.Role, u.Stack, u.Action, ago(u.LastUsed, r.Scope.Time), string(u.Result), u.Statement}
		for i := range row {
			if row[i] == "" {
				row[i] = "-"
			}
		}
		rows = append(rows, row)
	}
	if r.Scope.Account != "" { // the only one
		for i := range rows {
			rows[i] = rows[i][1:]
		}
	}
	return command.Columns(fit(rows, width))
}

// ago says how long before a time another one was.
func ago(then, now string) string {
	t, err := time.Parse(time.RFC3339, then)
	n, otherErr := time.Parse(time.RFC3339, now)
	if err != nil || otherErr != nil {
		return ""
	}
	days := int(n.Sub(t).Hours()) / 24
	if days <= 0 {
		return "today"
	}
	return command.Counted(days, "day") + " ago"
}

// fit shortens the longest cells of rows in their middle, so that a table of them has at most so many columns.
func fit(rows [][]string, width int) [][]string {
	const gap, cut = 2, "..."
	widths, sum := make([]int, len(rows[0])), gap*(len(rows[0])-1)
	for i := range widths {
		for _, row := range rows {
			widths[i] = max(widths[i], len([]rune(row[i])))
		}
		sum += widths[i]
	}
	for ; sum > width; sum-- {
		widths[slices.Index(widths, slices.Max(widths))]--
	}
	for _, row := range rows {
		for i, cell := range row {
			if text := []rune(cell); len(text) > widths[i] {
				kept := widths[i] - len(cut)
				row[i] = string(text[:kept-kept/2]) + cut + string(text[len(text)-kept/2:])
			}
		}
	}
	return rows
}

// Summary sums up a report in a line.
func Summary(r impact.Report) string {
	text := r.Sentence()
	switch n := r.Totals.Depends; {
	case n == 1:
		text += "; 1 use depends on resource or request"
	case n > 1:
		text += fmt.Sprintf("; %d uses depend on resource or request", n)
	}
	if n := r.Totals.Unknown; n > 0 {
		text += fmt.Sprintf("; something is not known of %s", command.Counted(n, "role"))
	}
	if n := r.Totals.Excepted; n > 0 {
		text += fmt.Sprintf("; %s left out by exceptions", command.Counted(n, "role"))
	}
	return text
}

// Result returns what ends a command with a report.
func Result(r impact.Report) error {
	switch {
	case !r.IsKnown():
		return command.ErrFailed
	case r.Totals.Lost > 0:
		return command.ErrFindings
	default:
		return nil
	}
}
