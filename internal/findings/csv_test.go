package findings_test

import (
	"io"
	"testing"

	"amplify-boundary/internal/findings"
)

func TestWriteCSV(t *testing.T) {
	checkGolden(t, "csv.golden", func(w io.Writer) error {
		return findings.WriteCSV(w, []string{"kind", "message"}, [][]string{
			{"missing", "a, \"b\" and\nc"},
			{"::error::x", "\x1b[2J##[group]"},
		})
	})
}
