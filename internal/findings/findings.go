// Package findings holds what a check of templates or of deployed roles found, and writes it in one of
// several forms, each in a file of its own. Whatever the form, no name from a template can begin a command
// of a pipeline's runner, or mean something to a terminal.
package findings

import "fmt"

// The severities of a finding.
const (
	Error   = "error"   // the exit code is 3
	Warning = "warning" // the exit code does not change
)

// Finding is one cause in a file, or one deployed role, for which a role is or would be without its
// boundary.
type Finding struct {
	Rule        string   `json:"rule"`        // the kind of finding: an ID that never changes, explained by --output sarif
	Severity    string   `json:"severity"`    // error, or warning: a warning does not change the exit code
	File        string   `json:"file"`        // as on the command line, or as it was found
	Line        int      `json:"line"`        // the line of the first resource, or of what is wrong, from 1
	LogicalIDs  []string `json:"logicalIds"`  // the resources concerned, in the order of their lines
	Environment string   `json:"environment"` // the environment's name; empty if it is unknown or does not matter
	Boundary    string   `json:"boundary"`    // the wanted ARN; empty if it is unknown or does not matter
	Message     string   `json:"message"`     // what is wrong, and what to do

	ARN string `json:"-"` // of a deployed role, which has no file
}

// String is the finding's line for people.
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d: %s", f.File, f.Line, f.Message)
}

// Unchecked is a file that could not be checked, or a call that failed.
type Unchecked struct {
	File    string `json:"file"`    // as on the command line, or as it was found; empty for a call
	Message string `json:"message"` // why, and what to do
}

// Skipped is a file found in a directory that was not checked, which is not an error.
type Skipped struct {
	File   string `json:"file"`   // as it was found
	Reason string `json:"reason"` // such as "not a template"
}

// Report is the result of a check. Its lists are never null in JSON.
type Report struct {
	Findings []Finding   `json:"findings"` // by file in the order of the check, then by line
	Errors   []Unchecked `json:"errors"`   // the files that could not be checked
	Skipped  []Skipped   `json:"skipped"`  // the files in directories that are not templates, were excluded, or cannot be read
	Files    int         `json:"files"`    // how many were checked
	Roles    int         `json:"roles"`    // how many roles they have that can be seen
}

// Count returns the number of findings of a severity.
func (r Report) Count(severity string) int {
	count := 0
	for _, f := range r.Findings {
		if f.Severity == severity {
			count++
		}
	}
	return count
}

// Rule is a kind of finding. Its ID never changes: users name it in exceptions, and tools count by it.
type Rule struct {
	ID    string
	Title string // what a finding of this kind says
	Help  string // what to do
}

// Tool is the program that made a report, for forms that name it.
type Tool struct {
	Name, Version string
	Rules         []Rule // every rule that a finding of the report can have
}
