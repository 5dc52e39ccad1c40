package command

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/findings"
	"amplify-boundary/internal/printable"
	"amplify-boundary/internal/registry"
)

// Entry is an environment's boundary in a result.
type Entry struct {
	Environment string `json:"environment"` // the environment's name
	Project     string `json:"project"`     // the project's name; empty: of all projects
	Parameter   string `json:"parameter"`   // the SSM parameter that holds the boundary
	Boundary    string `json:"boundary"`    // an ARN, maybe with placeholders, or none; empty where the parameter holds neither
}

func (e Entry) String() string {
	return fmt.Sprintf("environment %s: %s (SSM parameter %s)", e.Environment, Display(e.Boundary), e.Parameter)
}

// Entries lists the environments among the SSM parameters below the prefix.
func Entries(prefix string, parameters []registry.Parameter) []Entry {
	entries := []Entry{}
	for _, p := range parameters {
		if e, found := registry.Split(prefix, p.Name); found {
			entries = append(entries, Entry{e.Name, e.Project, p.Name, BoundaryOrEmpty(p.Value)})
		}
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Project, b.Project), cmp.Compare(a.Environment, b.Environment))
	})
	return entries
}

// Display is a boundary for people. A value that is none may be a secret.
func Display(boundary string) string {
	if boundary == "" {
		return "not a boundary"
	}
	return boundary
}

// BoundaryOrEmpty returns a parameter's value if it is a boundary, and else nothing, since it may be a secret.
func BoundaryOrEmpty(text string) string {
	value, err := boundary.Parse(text)
	if err != nil {
		return ""
	}
	return value.String()
}

// Print writes a command's result: as JSON, or as lines for people.
func (o *Options) Print(result any, lines ...string) error {
	if o.Output == "json" {
		return o.printJSON(result)
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(o.Out, printable.Line(line)); err != nil {
			return err
		}
	}
	return nil
}

// PrintWritten prints the result of a command that has written. It fails where nobody sees the result, and
// says what was done all the same.
func (o *Options) PrintWritten(done string, result any, lines ...string) error {
	if err := o.Print(result, lines...); err != nil {
		return fmt.Errorf("%s, but the result could not be printed: %w", done, err)
	}
	return nil
}

// printJSON writes a value as JSON.
func (o *Options) printJSON(value any) error { return findings.WriteJSON(o.Out, value) }

// Columns lays rows out in columns.
func Columns(rows [][]string) []string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		for i := range row {
			row[i] = printable.Line(row[i])
		}
		fmt.Fprintln(w, strings.Join(row, "\t"))
	}
	w.Flush()
	return strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
}
