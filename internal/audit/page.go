package audit

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
)

//go:embed page.html
var pageText string

// Lead is what a page shows first: what matters most, in a sentence, and a section about it.
type Lead struct {
	Sentence string
	IsBad    bool // whether it needs attention
	Section  template.HTML
}

// Page returns an audit, after a lead if there is one, as one HTML page that needs no other file, no network, and no
// script. It is for browsers of any width, in dark and in light mode, and for paper. Names in an audit come from other
// accounts: the page escapes them and leaves out characters that could forge text.
func Page(r Report, lead *Lead) ([]byte, error) {
	page, err := template.New("page").Funcs(template.FuncMap{"clean": clean}).Parse(pageText)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := page.Execute(&text, newView(r, lead)); err != nil {
		return nil, err
	}
	return []byte(printable.HTML(text.String())), nil
}

// view is what the page shows.
type view struct {
	Report
	Lead         *Lead
	Title        string
	Summary      string
	Time         string
	Right        int
	Kinds        []kindCount
	Environments []environmentCounts
	Stacks       []section
}

// IsAll reports whether the audit lists every role, the right ones too.
func (v view) IsAll() bool { return len(v.Roles) == v.Totals.Roles }

type kindCount struct {
	Kind  Kind
	Count int
}

// environmentCounts are the numbers of findings in an environment.
type environmentCounts struct {
	Name   string
	Counts []int // one for each of the page's kinds
	Total  int
}

// section is what was found in a stack.
type section struct {
	ID       string
	Name     string
	Region   string
	Findings []Role
	Right    []Role
}

func newView(r Report, lead *Lead) view {
	v := view{Report: r, Lead: lead, Title: "Permissions boundaries", Right: r.Totals.Roles - r.Totals.Findings - r.Totals.Excepted, Time: r.Scope.Time}
	if at, err := time.Parse(time.RFC3339, r.Scope.Time); err == nil {
		v.Time = at.UTC().Format("2 January 2006, 15:04 UTC")
	}
	if r.Scope.Account != "" {
		v.Title += " of account " + r.Scope.Account
	}
	v.Summary = v.summary()
	v.Stacks = sections(r.Roles)
	v.count()
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
		return fmt.Sprintf("%d of %d roles need attention.", n, all)
	}
}

// count counts the findings by kind and by environment. Findings without a known environment come last.
func (v *view) count() {
	kinds, environments := make(map[Kind]int), make(map[string]map[Kind]int)
	for _, r := range v.Roles {
		if !r.Kind.IsFinding() {
			continue
		}
		kinds[r.Kind]++
		if environments[r.Environment] == nil {
			environments[r.Environment] = make(map[Kind]int)
		}
		environments[r.Environment][r.Kind]++
	}
	for _, kind := range Kinds() {
		if kinds[kind] > 0 {
			v.Kinds = append(v.Kinds, kindCount{kind, kinds[kind]})
		}
	}
	for name, counts := range environments {
		row := environmentCounts{Name: name}
		for _, kind := range v.Kinds {
			row.Counts, row.Total = append(row.Counts, counts[kind.Kind]), row.Total+counts[kind.Kind]
		}
		v.Environments = append(v.Environments, row)
	}
	slices.SortFunc(v.Environments, func(a, b environmentCounts) int {
		if a.Name == "" || b.Name == "" {
			return cmp.Compare(b.Name, a.Name)
		}
		return cmp.Compare(a.Name, b.Name)
	})
}

// sections groups roles by stack, in their order.
func sections(roles []Role) []section {
	var list []section
	index := make(map[[4]string]int)
	names := LocationNames{Nested: " › ", Outside: "Outside every stack", Unknown: "Stack not known"}
	for _, r := range roles {
		if r.Kind == Excepted { // they have a section of their own
			continue
		}
		key := [4]string{r.Location, r.Region, r.Root, r.Stack}
		i, found := index[key]
		if !found {
			i = len(list)
			index[key] = i
			list = append(list, section{ID: fmt.Sprintf("stack-%d", i+1), Name: r.LocationName(names), Region: r.Region})
		}
		if r.Kind == Right {
			list[i].Right = append(list[i].Right, r)
		} else {
			list[i].Findings = append(list[i].Findings, r)
		}
	}
	return list
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
