package findings

import (
	"io"
	"strings"

	"amplify-boundary/internal/printable"
)

// WriteText writes a line for each finding that is an error. Warnings and errors of the check itself are
// for standard error.
func WriteText(w io.Writer, r Report) error {
	var text strings.Builder
	for _, f := range r.Findings {
		if f.Severity == Error {
			text.WriteString(printable.Line(f.String()) + "\n")
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}
