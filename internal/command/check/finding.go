package check

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/findings"
	"amplify-boundary/transform"
)

// summary says in words what was checked and found.
func summary(f findings.Report) string {
	text := fmt.Sprintf("%s, %s, %s", command.Counted(f.Files, "file"), command.Counted(f.Roles, "role"), command.Counted(f.Count(findings.Error), "finding"))
	if warnings := f.Count(findings.Warning); warnings > 0 {
		text += ", " + command.Counted(warnings, "warning")
	}
	if len(f.Errors) > 0 {
		text += ", " + command.Counted(len(f.Errors), "file") + " not checked"
	}
	return text
}

// namesShown is how many resources a finding names before it only counts the rest.
const namesShown = 2

// listed names resources as they stand in a file: all of a few, else the first of them.
func listed(names []string) string {
	shown := names
	if len(names) > namesShown+1 {
		shown = names[:namesShown]
	}
	words := make([]string, 0, namesShown+1)
	for _, name := range shown {
		words = append(words, transform.Resource{LogicalID: name}.String())
	}
	if rest := len(names) - len(shown); rest > 0 {
		words = append(words, fmt.Sprintf("%d more", rest))
	}
	switch len(words) {
	case 1:
		return words[0]
	case 2:
		return words[0] + " and " + words[1]
	default:
		last := len(words) - 1
		return strings.Join(words[:last], ", ") + ", and " + words[last]
	}
}

// located gives a finding its resources, in the order of their lines, and the line of the first.
func located(t checkedTemplate, f findings.Finding, resources []transform.Resource) findings.Finding {
	type place struct {
		name string
		line int
	}
	places := make([]place, 0, len(resources))
	for _, r := range resources {
		places = append(places, place{r.LogicalID, t.lines.Of(r.LogicalID)})
	}
	slices.SortFunc(places, func(a, b place) int { return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.name, b.name)) })
	places = slices.Compact(places)
	f.LogicalIDs = make([]string, 0, len(places))
	for _, p := range places {
		f.LogicalIDs = append(f.LogicalIDs, p.name)
	}
	f.Line = places[0].line
	return f
}

// at gives a finding in a declaration of the macro its line, and the resource in which it stands.
func (t checkedTemplate) at(d declaration, f findings.Finding) findings.Finding {
	f.Line, f.LogicalIDs = d.line, []string{}
	if d.line == 0 {
		f.Line, f.LogicalIDs = t.lines.Of(d.logicalID), []string{d.logicalID}
	}
	return f
}
