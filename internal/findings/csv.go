package findings

import (
	"encoding/csv"
	"io"

	"amplify-boundary/internal/printable"
)

// WriteCSV writes a table as CSV, as RFC 4180 defines it, but with "\n" as line ends. No cell has a line end.
func WriteCSV(w io.Writer, header []string, rows [][]string) error {
	out := csv.NewWriter(w)
	for _, row := range append([][]string{header}, rows...) {
		cells := make([]string, 0, len(row))
		for _, cell := range row {
			cells = append(cells, printable.Line(cell))
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
