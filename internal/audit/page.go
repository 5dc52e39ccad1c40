package audit

import (
	"bytes"
	_ "embed" // the page
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"
	"unicode"
)

//go:embed page.html
var pageText string

// Page returns an audit as one HTML page that needs nothing else: no other file, no network, no script. It is for
// a browser of any width, in the dark and in the light, and for paper. Names in an audit come from other accounts:
// they are escaped, and characters that could forge text are left out.
func Page(r Report) ([]byte, error) {
	page, err := template.New("page").Funcs(template.FuncMap{"clean": clean}).Parse(pageText)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	if err := page.Execute(&text, newView(r)); err != nil {
		return nil, err
	}
	return text.Bytes(), nil
}

// view is what the page shows.
type view struct {
	Report
	Title        string
	Summary      string
	Time         string
	Right        int
	Kinds        []kindRow
	Environments []row
	Stacks       []section
}

// IsOld reports whether the roles with an old boundary were looked for.
func (v view) IsOld() bool { return v.Scope.Old != "" }

// IsAll reports whether each role stands in the audit, those that are right too.
func (v view) IsAll() bool { return len(v.Roles) == v.Totals.Roles }

type kindRow struct {
	Kind  Kind
	Count int
}

// row counts the findings of an environment.
type row struct {
	Name   string
	Counts []int // for each of the page's kinds
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

func newView(r Report) view {
	v := view{Report: r, Title: "Permissions boundaries", Right: r.Totals.Roles - r.Totals.Findings, Time: r.Scope.Time}
	if at, err := time.Parse(time.RFC3339, r.Scope.Time); err == nil {
		v.Time = at.UTC().Format("2 January 2006, 15:04 UTC")
	}
	if r.Scope.Account != "" {
		v.Title += " of account " + r.Scope.Account
	}
	v.Summary = summary(v)
	for _, kind := range Kinds() {
		if n := len(findings(r.Roles, func(role Role) bool { return role.Kind == kind })); n > 0 {
			v.Kinds = append(v.Kinds, kindRow{kind, n})
		}
	}
	v.Environments = environments(r.Roles, v.Kinds)
	v.Stacks = sections(r.Roles)
	return v
}

// summary is what matters most, in a sentence.
func summary(v view) string {
	all, n := v.Totals.Roles, v.Totals.Findings
	switch {
	case v.IsOld() && n == 0:
		return fmt.Sprintf("None of %d roles carries the old boundary any more.", all)
	case v.IsOld():
		return fmt.Sprintf("%d of %d roles still carry the old boundary.", n, all)
	case all == 0:
		return "There are no roles."
	case n == 0:
		return fmt.Sprintf("All of %d roles are right.", all)
	default:
		return fmt.Sprintf("%d of %d roles are not right.", n, all)
	}
}

func findings(roles []Role, wanted func(Role) bool) []Role {
	return slices.DeleteFunc(slices.Clone(roles), func(r Role) bool { return r.Kind == Right || !wanted(r) })
}

// environments counts the findings of each environment, by name; those of none last.
func environments(roles []Role, kinds []kindRow) []row {
	var names []string
	for _, r := range roles {
		names = append(names, r.Environment)
	}
	slices.Sort(names)
	var rows []row
	for _, name := range slices.Compact(names) {
		of := row{Name: name}
		for _, kind := range kinds {
			n := len(findings(roles, func(r Role) bool { return r.Environment == name && r.Kind == kind.Kind }))
			of.Counts, of.Total = append(of.Counts, n), of.Total+n
		}
		rows = append(rows, of)
	}
	if len(rows) > 0 && rows[0].Name == "" {
		rows = append(rows[1:], rows[0])
	}
	return slices.DeleteFunc(rows, func(r row) bool { return r.Total == 0 })
}

// sections groups roles by stack, in their order.
func sections(roles []Role) []section {
	var list []section
	index := make(map[string]int)
	places := PlaceNames{Within: " › ", Outside: "Outside of every stack", Unknown: "Stack not known"}
	for _, r := range roles {
		key := strings.Join([]string{r.Place, r.Region, r.Root, r.Stack}, "\x00")
		i, found := index[key]
		if !found {
			i = len(list)
			index[key] = i
			list = append(list, section{ID: fmt.Sprintf("stack-%d", i+1), Name: r.PlaceName(places), Region: r.Region})
		}
		if r.Kind == Right {
			list[i].Right = append(list[i].Right, r)
		} else {
			list[i].Findings = append(list[i].Findings, r)
		}
	}
	return list
}

// clean returns a text without characters that are not shown, some of which change how others are.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
