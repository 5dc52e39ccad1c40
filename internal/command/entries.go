package command

import (
	"cmp"
	"fmt"
	"slices"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/registry"
)

// Entry is an environment's boundary in a result.
type Entry struct {
	Environment string `json:"environment"` // the environment's name
	Project     string `json:"project"`     // the project's name; empty: of all projects
	Parameter   string `json:"parameter"`   // the SSM parameter that holds the boundary
	Boundary    string `json:"boundary"`    // an ARN, perhaps with placeholders, or none; empty if the SSM parameter holds neither
}

// String is the entry's line for people.
func (e Entry) String() string {
	return fmt.Sprintf("environment %s: %s (SSM parameter %s)", e.Environment, Display(e.Boundary), e.Parameter)
}

// Entries lists the environments among the SSM parameters below the prefix, by project and name.
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

// Display returns the boundary of a result for people.
func Display(boundary string) string { return cmp.Or(boundary, "not a boundary") }

// BoundaryOrEmpty returns an SSM parameter's value if it is a boundary, and otherwise nothing: it may be a secret.
func BoundaryOrEmpty(text string) string {
	value, err := boundary.Parse(text)
	if err != nil {
		return ""
	}
	return value.String()
}
