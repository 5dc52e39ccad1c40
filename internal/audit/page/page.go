// Package page shows an audit as one HTML page.
package page

import (
	"cmp"
	_ "embed" // the page
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"amplify-boundary/internal/audit"
	"amplify-boundary/internal/printable"
)

//go:embed page.html
var pageText string

// Lead is what a page shows first: what matters most, in a sentence, and a section about it.
type Lead struct {
	Sentence string
	IsBad    bool // whether it needs attention
	Section  template.HTML
}

// HTML returns an audit, after a lead if there is one, as one HTML page that needs no other file, no network, and no
// script. It is for browsers of any width, in dark and in light mode, and for paper. Names in an audit come from other
// accounts: the page escapes them and leaves out characters that could forge text. The tool is what the page names as
// its writer, with a version.
func HTML(r audit.Report, lead *Lead, tool string) ([]byte, error) {
	page := template.Must(template.New("page").Funcs(template.FuncMap{"clean": clean}).Parse(pageText))
	var text strings.Builder
	err := page.Execute(&text, newView(r, lead, tool))
	return []byte(printable.HTML(text.String())), err
}

type view struct {
	audit.Report
	Lead         *Lead
	Tool         string
	Title        string
	Summary      string
	Time         string
	Right        int
	Kinds        []kindRow
	Environments []*environmentRow
	Sections     []*section // with findings
	Clean        []*section // without

	BadAccounts, GoodAccounts []audit.AccountResult // those that could not be read, then those with the most findings; the others
	Unread                    int                   // accounts that could not be read
}

type kindRow struct {
	audit.Kind
	Count    int
	Sections []*section
}

type environmentRow struct {
	Name            string // empty: not known
	Roles, Findings int
	Kinds           string // such as 2 missing, 1 stale
	listed          []audit.Role
}

// section is a stack, or the roles outside.
type section struct {
	ID              string
	Account         string // only where there are many
	Name, Region    string
	Roles, Findings int
	Problems        []problem
	Right           []audit.Role
	kinds           map[audit.Kind]int
}

// problem is what several roles of a section have in common.
type problem struct {
	audit.Role // without what differs
	Roles      []audit.Role
	Repairs    []string // each once
}

func newView(r audit.Report, lead *Lead, tool string) view {
	v := view{Report: r, Lead: lead, Tool: tool, Title: "Permissions boundaries", Right: r.Totals.Roles - r.Totals.Findings - r.Totals.Excepted, Time: r.Scope.Time}
	if at, err := time.Parse(time.RFC3339, r.Scope.Time); err == nil {
		v.Time = at.UTC().Format("2 January 2006, 15:04 UTC")
	}
	switch {
	case r.Scope.Account != "":
		v.Title += " of account " + r.Scope.Account
	case len(r.Accounts) > 0:
		v.Title += fmt.Sprintf(" of %d accounts", len(r.Accounts))
	}
	v.fillSections()
	v.fillAccounts()
	v.fillEnvironments()
	severities := make(map[string]int)
	for _, kind := range audit.Kinds() {
		row := kindRow{Kind: kind}
		for _, s := range v.Sections {
			if n := s.kinds[kind]; n > 0 {
				row.Count += n
				row.Sections = append(row.Sections, s)
			}
		}
		if row.Count > 0 {
			v.Kinds = append(v.Kinds, row)
			severities[kind.Severity()] += row.Count
		}
	}
	switch all, n := r.Totals.Roles, r.Totals.Findings; {
	case all == 0:
		v.Summary = "There are no roles."
	case n == 0:
		v.Summary = fmt.Sprintf("All %d roles have the right boundary.", all)
	default:
		v.Summary = fmt.Sprintf("%d of %d roles need attention", n, all)
		separator := ": "
		for _, severity := range []string{"high", "medium", "low"} {
			if n := severities[severity]; n > 0 {
				v.Summary += fmt.Sprintf("%s%d %s", separator, n, severity)
				separator = ", "
			}
		}
		v.Summary += "."
	}
	return v
}

// fillAccounts puts the accounts first that need attention.
func (v *view) fillAccounts() {
	for _, a := range v.Accounts {
		if a.Error != "" {
			v.Unread++
		}
		if a.Error != "" || a.Totals.Findings > 0 {
			v.BadAccounts = append(v.BadAccounts, a)
		} else {
			v.GoodAccounts = append(v.GoodAccounts, a)
		}
	}
	slices.SortStableFunc(v.BadAccounts, func(a, b audit.AccountResult) int {
		if (a.Error == "") != (b.Error == "") {
			return cmp.Compare(b.Error, a.Error) // an empty one is less than any other
		}
		return cmp.Compare(b.Totals.Findings, a.Totals.Findings)
	})
}

// fillSections divides the roles into sections; those with the most findings come first.
func (v *view) fillSections() {
	type key struct{ account, location, region, root, stack string } // a section's roles can be of several environments
	names := audit.LocationNames{Nested: " › ", Outside: "Outside every stack", Unknown: "Stack not known"}
	index := make(map[key]*section)
	var list []*section
	for _, g := range v.Groups {
		k := key{g.Account, g.Location, g.Region, g.Root, g.Stack}
		s := index[k]
		if s == nil {
			name := audit.Role{Location: g.Location, Root: g.Root, Stack: g.Stack}.LocationName(names)
			s = &section{Name: name, Region: g.Region, kinds: make(map[audit.Kind]int)}
			if len(v.Accounts) > 0 {
				s.Account = g.Account
			}
			index[k] = s
			list = append(list, s)
		}
		s.Roles += g.Roles
		s.Findings += g.Findings
	}
	for _, r := range v.Roles {
		if s := index[key{r.Account, r.Location, r.Region, r.Root, r.Stack}]; s != nil {
			s.add(r)
		}
	}
	slices.SortStableFunc(list, func(a, b *section) int { return cmp.Compare(b.Findings, a.Findings) })
	for i, s := range list {
		s.ID = fmt.Sprintf("stack-%d", i+1)
		if s.Findings > 0 {
			v.Sections = append(v.Sections, s)
		} else {
			v.Clean = append(v.Clean, s)
		}
	}
}

// add adds a role of the section: to the problem that it shares with others, if it has one.
func (s *section) add(r audit.Role) {
	switch r.Kind {
	case audit.Excepted: // they have a section of their own
		return
	case audit.Right:
		s.Right = append(s.Right, r)
		return
	}
	s.kinds[r.Kind]++
	common := r
	common.Role, common.ARN, common.LogicalID, common.Declares, common.Repair = "", "", "", false, ""
	i := slices.IndexFunc(s.Problems, func(p problem) bool { return p.Role == common })
	if i < 0 {
		i = len(s.Problems)
		s.Problems = append(s.Problems, problem{Role: common})
	}
	p := &s.Problems[i]
	p.Roles = append(p.Roles, r)
	if r.Repair != "" && !slices.Contains(p.Repairs, r.Repair) {
		p.Repairs = append(p.Repairs, r.Repair)
	}
}

// fillEnvironments counts the roles of each environment. Those without a known environment come last.
func (v *view) fillEnvironments() {
	rows := make(map[string]*environmentRow)
	for _, g := range v.Groups {
		if rows[g.Environment] == nil {
			rows[g.Environment] = &environmentRow{Name: g.Environment}
		}
		rows[g.Environment].Roles += g.Roles
		rows[g.Environment].Findings += g.Findings
	}
	for _, r := range v.Roles {
		if row := rows[r.Environment]; row != nil {
			row.listed = append(row.listed, r)
		}
	}
	v.Environments = slices.SortedFunc(maps.Values(rows), func(a, b *environmentRow) int {
		if a.Name == "" || b.Name == "" {
			return cmp.Compare(b.Name, a.Name)
		}
		return cmp.Compare(a.Name, b.Name)
	})
	for _, row := range v.Environments {
		row.Kinds = audit.CountKinds(row.listed)
	}
}

// clean replaces characters that are not shown: some of them change how others are shown.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
