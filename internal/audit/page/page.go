// Package page shows an audit as one HTML page.
package page

import (
	"bytes"
	"cmp"
	_ "embed" // the page
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"
	"unicode"

	"amplify-boundary/internal/printable"

	"amplify-boundary/internal/audit"
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
	page, err := template.New("page").Funcs(template.FuncMap{"clean": clean}).Parse(pageText)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := page.Execute(&text, newView(r, lead, tool)); err != nil {
		return nil, err
	}
	return []byte(printable.HTML(text.String())), nil
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
	Environments []environmentRow
	Sections     []*section // with findings
	Clean        []*section // without

	BadAccounts, GoodAccounts []audit.AccountResult // those that could not be read, then those with the most findings; the others
	Unread                    int                   // accounts that could not be read
}

// kindRow is a kind of findings, with the sections that have it.
type kindRow struct {
	Kind     audit.Kind
	Severity string
	Count    int
	Sections []*section
}

type environmentRow struct {
	Name            string // empty: not known
	Roles, Findings int
	Kinds           string // such as 2 missing, 1 stale
}

// section is a stack, or the roles outside.
type section struct {
	ID              string
	Account         string // only where there are many
	Name, Region    string
	Roles, Findings int
	Problems        []problem
	Right           []audit.Role
}

// problem is what several roles of a section have in common.
type problem struct {
	problemKey
	Severity string
	Roles    []audit.Role
	Repairs  []string // each once
}

type problemKey struct {
	Kind                                                   audit.Kind
	Environment, Project, Boundary, Wanted, Message, Notes string
}

// severity says how much a kind of findings matters.
func severity(k audit.Kind) string {
	switch k {
	case audit.Missing, audit.Different:
		return "high"
	case audit.Stale, audit.Unknown:
		return "medium"
	default:
		return "low"
	}
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
	v.countKinds()
	v.Summary = v.summary()
	v.countEnvironments()
	return v
}

// summary is what matters most, in a sentence.
func (v view) summary() string {
	all, n := v.Totals.Roles, v.Totals.Findings
	switch {
	case all == 0:
		return "There are no roles."
	case n == 0:
		return fmt.Sprintf("All %d roles have the right boundary.", all)
	default:
		return fmt.Sprintf("%d of %d roles need attention%s.", n, all, v.bySeverity())
	}
}

// bySeverity counts the findings, such as ": 4 high, 2 medium".
func (v view) bySeverity() string {
	counts := make(map[string]int)
	for _, row := range v.Kinds {
		counts[row.Severity] += row.Count
	}
	var list []string
	for _, severity := range []string{"high", "medium", "low"} {
		if n := counts[severity]; n > 0 {
			list = append(list, fmt.Sprintf("%d %s", n, severity))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return ": " + strings.Join(list, ", ")
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

// sectionKey identifies a section: its roles can be of several environments.
type sectionKey struct{ account, location, region, root, stack string }

// fillSections divides the roles into sections; those with the most findings come first.
func (v *view) fillSections() {
	names := audit.LocationNames{Nested: " › ", Outside: "Outside every stack", Unknown: "Stack not known"}
	index := make(map[sectionKey]*section)
	var list []*section
	for _, g := range v.Groups {
		key := sectionKey{g.Account, g.Location, g.Region, g.Root, g.Stack}
		s := index[key]
		if s == nil {
			s = &section{Name: audit.Role{Location: g.Location, Root: g.Root, Stack: g.Stack}.LocationName(names), Region: g.Region}
			if len(v.Accounts) > 0 {
				s.Account = g.Account
			}
			index[key] = s
			list = append(list, s)
		}
		s.Roles += g.Roles
		s.Findings += g.Findings
	}
	for _, r := range v.Roles {
		if s := index[sectionKey{r.Account, r.Location, r.Region, r.Root, r.Stack}]; s != nil {
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
	key := problemKey{r.Kind, r.Environment, r.Project, r.Boundary, r.Wanted, r.Message, r.Note}
	i := slices.IndexFunc(s.Problems, func(p problem) bool { return p.problemKey == key })
	if i < 0 {
		i = len(s.Problems)
		s.Problems = append(s.Problems, problem{problemKey: key, Severity: severity(r.Kind)})
	}
	p := &s.Problems[i]
	p.Roles = append(p.Roles, r)
	if r.Repair != "" && !slices.Contains(p.Repairs, r.Repair) {
		p.Repairs = append(p.Repairs, r.Repair)
	}
}

func (v *view) countKinds() {
	for _, kind := range audit.Kinds() {
		row := kindRow{Kind: kind, Severity: severity(kind)}
		for _, s := range v.Sections {
			n := 0
			for _, p := range s.Problems {
				if p.Kind == kind {
					n += len(p.Roles)
				}
			}
			if n > 0 {
				row.Count += n
				row.Sections = append(row.Sections, s)
			}
		}
		if row.Count > 0 {
			v.Kinds = append(v.Kinds, row)
		}
	}
}

// countEnvironments counts the roles of each environment. Those without a known environment come last.
func (v *view) countEnvironments() {
	rows := make(map[string]*environmentRow)
	for _, g := range v.Groups {
		if rows[g.Environment] == nil {
			rows[g.Environment] = &environmentRow{Name: g.Environment}
		}
		rows[g.Environment].Roles += g.Roles
		rows[g.Environment].Findings += g.Findings
	}
	counts := make(map[string]map[audit.Kind]int)
	for _, r := range v.Roles {
		if counts[r.Environment] == nil {
			counts[r.Environment] = make(map[audit.Kind]int)
		}
		counts[r.Environment][r.Kind]++
	}
	for name, row := range rows {
		var kinds []string
		for _, kind := range audit.Kinds() {
			if n := counts[name][kind]; n > 0 {
				kinds = append(kinds, fmt.Sprintf("%d %s", n, kind))
			}
		}
		row.Kinds = strings.Join(kinds, ", ")
		v.Environments = append(v.Environments, *row)
	}
	slices.SortFunc(v.Environments, func(a, b environmentRow) int {
		if a.Name == "" || b.Name == "" {
			return cmp.Compare(b.Name, a.Name)
		}
		return cmp.Compare(a.Name, b.Name)
	})
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
