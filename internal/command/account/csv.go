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

// accountRow is a line of a CSV file of accounts.
type accountRow struct {
	line                 int // from 1
	account, environment string
}

// The columns that a CSV file of accounts must have.
const (
	accountColumn     = "account"
	environmentColumn = "environment"
)

// readAccounts reads a CSV file as https://www.rfc-editor.org/rfc/rfc4180 describes it, or with semicolons or
// tabs in place of commas, as spreadsheets write it. Its first line names the columns, in any case and order;
// only two count. Lines without any text are left out.
func readAccounts(text []byte) ([]accountRow, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return nil, errors.New("it is not a text in UTF-8; save it as CSV UTF-8")
	}
	if !bytes.Contains(text, []byte("\n")) {
		text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n")) // as old spreadsheets end lines
	}
	lines := csv.NewReader(bytes.NewReader(text))
	lines.Comma = separator(text)
	lines.TrimLeadingSpace = lines.Comma != '\t' // a tab would be space
	lines.FieldsPerRecord = -1                   // what is behind the two columns does not matter
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
	var rows []accountRow
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
		rows = append(rows, accountRow{line, cellOf(cells, account), cellOf(cells, environment)})
	}
}

// badLine says where a line is not CSV.
func badLine(err error) error {
	if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
		return fmt.Errorf("line %d is not CSV: %w", bad.Line, bad.Err)
	}
	return err
}

// separator returns what divides the columns: what the first line has most of.
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

// column returns which column of a header has a name.
func column(header []string, name string) (int, error) {
	found := -1
	for i, title := range header {
		if !strings.EqualFold(strings.TrimSpace(title), name) {
			continue
		}
		if found >= 0 {
			return 0, fmt.Errorf("its first line names the column %s twice", name)
		}
		found = i
	}
	if found < 0 {
		return 0, fmt.Errorf("its first line names no column %s", name)
	}
	return found, nil
}

// cellOf returns a cell of a line, which may end before it.
func cellOf(cells []string, i int) string {
	if i >= len(cells) {
		return ""
	}
	return strings.TrimSpace(cells[i])
}
