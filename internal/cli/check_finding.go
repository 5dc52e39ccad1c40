package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"amplify-boundary/transform"
)

// finding is one cause in a file for which roles would be deployed without their boundary, or the macro would refuse the
// template.
type finding struct {
	Rule        string   `json:"rule"`        // the kind of finding: an ID that never changes, described in the result that --output sarif gives
	Severity    string   `json:"severity"`    // error, or warning: a warning does not change the exit code
	File        string   `json:"file"`        // as on the command line, or as it was found
	Line        int      `json:"line"`        // where the first of the resources begins, or what is wrong, from 1
	LogicalIDs  []string `json:"logicalIds"`  // the resources concerned, in the order of lines
	Environment string   `json:"environment"` // the environment's name; empty where it is not known or does not matter
	Boundary    string   `json:"boundary"`    // the ARN that is wanted; empty where it is not known or does not matter
	Message     string   `json:"message"`     // what is wrong, and what to do
}

// fileError is a file that could not be checked.
type fileError struct {
	File    string `json:"file"`    // as on the command line, or as it was found
	Message string `json:"message"` // why, and what to do
}

// findings is the result of check.
type findings struct {
	Findings []finding   `json:"findings"` // by file as they were checked, then by line
	Errors   []fileError `json:"errors"`   // the files that could not be checked
	Files    int         `json:"files"`    // how many were checked
	Roles    int         `json:"roles"`    // how many roles they have that can be seen
}

// count returns the number of findings of a severity.
func (f findings) count(severity string) int {
	count := 0
	for _, found := range f.Findings {
		if found.Severity == severity {
			count++
		}
	}
	return count
}

// summary says in words what was checked and found.
func (f findings) summary() string {
	text := fmt.Sprintf("%s, %s, %s", counted(f.Files, "file"), counted(f.Roles, "role"), counted(f.count(severityError), "finding"))
	if warnings := f.count(severityWarning); warnings > 0 {
		text += ", " + counted(warnings, "warning")
	}
	if len(f.Errors) > 0 {
		text += ", " + counted(len(f.Errors), "file") + " not checked"
	}
	return text
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
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
func located(t checkedTemplate, f finding, resources []transform.Resource) finding {
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
func (t checkedTemplate) at(d declaration, f finding) finding {
	f.Line, f.LogicalIDs = d.line, []string{}
	if d.line == 0 {
		f.Line, f.LogicalIDs = t.lines.Of(d.logicalID), []string{d.logicalID}
	}
	return f
}
