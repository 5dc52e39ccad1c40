package command

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"amplify-boundary/internal/findings"
	"amplify-boundary/internal/printable"
)

// The forms of a result that every command with one has.
const (
	TextForm = "text"
	JSONForm = "json"
)

// AddOutputFlag adds the flag for the form of the result.
func AddOutputFlag(cmd *cobra.Command, form *string, forms ...string) {
	AddChoice(cmd, form, "output", "`FORM` of the result", forms...)
}

// Print writes a command's result: as JSON, or as lines for people.
func (s IO) Print(form string, result any, lines ...string) error {
	if form == JSONForm {
		return findings.WriteJSON(s.Out, result)
	}
	for _, line := range lines {
		if _, err := fmt.Fprintln(s.Out, printable.Line(line)); err != nil {
			return err
		}
	}
	return nil
}

// PrintWritten prints the result of a command that has written. It fails if the result cannot be printed, and then
// says what was done all the same.
func (s IO) PrintWritten(form, done string, result any, lines ...string) error {
	if err := s.Print(form, result, lines...); err != nil {
		return fmt.Errorf("%s, but the result could not be printed: %w", done, err)
	}
	return nil
}

// Columns aligns the cells of rows, of which the first is the header. Without another row, there is nothing to show.
func Columns(rows [][]string) []string {
	if len(rows) == 1 {
		return nil
	}
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

// Fields describes a thing in lines, each a title and a value. It leaves out empty values.
func Fields(fields ...[2]string) (lines []string) {
	for _, field := range fields {
		if field[1] != "" {
			lines = append(lines, fmt.Sprintf("%-12s %s", field[0], field[1]))
		}
	}
	return lines
}

// Counted returns a number of things in words: "1 file", "2 files".
func Counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// NamesShown is how many names a sentence lists before it counts the rest.
const NamesShown = 3
