package findings

import (
	"encoding/csv"
	"io"

	"amplify-boundary/internal/printable"
)

// WriteCSV writes a table as CSV, as RFC 4180 defines it, but with "\n" as line ends. No cell has a line end.
func WriteCSV(w io.Writer, header []string, rows [][]string) error {
	var records [][]string
	for _, row := range append([][]string{header}, rows...) {
		var cells []string
		for _, cell := range row {
			cells = append(cells, printable.Line(cell))
		}
		records = append(records, cells)
	}
	return csv.NewWriter(w).WriteAll(records)
}
