package account

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// row is a line of a CSV file of accounts.
type row struct {
	line                 int // from 1
	account, environment string
}

// The columns that a CSV file of accounts must have.
const (
	accountColumn     = "account"
	environmentColumn = "environment"
)

// readRows reads a CSV file as https://www.rfc-editor.org/rfc/rfc4180 describes it, or with semicolons or tabs instead
// of commas, as spreadsheets write it. Its first line names the columns, in any case and order, of which two count.
// Empty lines are left out.
func readRows(text []byte) ([]row, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return nil, errors.New("it is not UTF-8; save it as CSV UTF-8")
	}
	if !bytes.Contains(text, []byte("\n")) {
		text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n")) // the line ends of old spreadsheets
	}
	lines := csv.NewReader(bytes.NewReader(text))
	lines.Comma = separator(text)
	lines.TrimLeadingSpace = lines.Comma != '\t' // a tab would be space
	lines.FieldsPerRecord = -1                   // only the two columns matter
	header, err := lines.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("it is empty; its first line must name the columns " + accountColumn + " and " + environmentColumn)
	}
	if err != nil {
		return nil, badLine(err)
	}
	account, err := column(header, accountColumn)
	if err != nil {
		return nil, err
	}
	environment, err := column(header, environmentColumn)
	if err != nil {
		return nil, err
	}
	var rows []row
	for {
		cells, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, badLine(err)
		}
		if !slices.ContainsFunc(cells, func(cell string) bool { return strings.TrimSpace(cell) != "" }) {
			continue
		}
		line, _ := lines.FieldPos(0)
		rows = append(rows, row{line, cellOf(cells, account), cellOf(cells, environment)})
	}
}

// badLine names the line that is not CSV.
func badLine(err error) error {
	if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
		return fmt.Errorf("line %d is not CSV: %w", bad.Line, bad.Err)
	}
	return err
}

// separator returns the character that separates the columns: the one that the first line has most of.
func separator(text []byte) rune {
	header, _, _ := bytes.Cut(text, []byte("\n"))
	most := ','
	for _, r := range ";\t" {
		if bytes.Count(header, []byte(string(r))) > bytes.Count(header, []byte(string(most))) {
			most = r
		}
	}
	return most
}

// column returns the index of the column with a name.
func column(header []string, name string) (int, error) {
	found := -1
	for i, title := range header {
		if !strings.EqualFold(strings.TrimSpace(title), name) {
			continue
		}
		if found >= 0 {
			return 0, fmt.Errorf("its first line names the column %s more than once", name)
		}
		found = i
	}
	if found < 0 {
		return 0, fmt.Errorf("its first line does not name the column %s", name)
	}
	return found, nil
}

// cellOf returns a cell of a row, which can end before it.
func cellOf(cells []string, i int) string {
	if i >= len(cells) {
		return ""
	}
	return strings.TrimSpace(cells[i])
}
