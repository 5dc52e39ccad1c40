package findings

import (
	"fmt"
	"io"

	"amplify-boundary/internal/printable"
)

// WriteText writes a line for each finding that is an error. Warnings and errors of the check itself are
// for standard error.
func WriteText(w io.Writer, r Report) error {
	for _, f := range r.Findings {
		if f.Severity != Error {
			continue
		}
		if _, err := fmt.Fprintln(w, printable.Line(f.String())); err != nil {
			return err
		}
	}
	return nil
}
