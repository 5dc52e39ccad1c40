package account

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

type row struct {
	line                 int // from 1
	account, environment string
}

// readRows reads a CSV file as https://www.rfc-editor.org/rfc/rfc4180 describes it, or with semicolons or tabs instead
// of commas, as spreadsheets write it. Its first line names the columns, in any case and order, of which two count.
// Empty lines are left out.
func readRows(text []byte) ([]row, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0 {
		return nil, errors.New("it is not UTF-8; save it as CSV UTF-8")
	}
	lines := csv.NewReader(bytes.NewReader(text))
	titles, _, _ := bytes.Cut(text, []byte("\n"))
	lines.Comma = slices.MaxFunc([]rune{',', ';', '\t'}, func(a, b rune) int { // the one that the first line has most of
		return bytes.Count(titles, []byte(string(a))) - bytes.Count(titles, []byte(string(b)))
	})
	lines.TrimLeadingSpace = lines.Comma != '\t' // a tab would be space
	lines.FieldsPerRecord = -1                   // only the two columns matter
	header, err := lines.Read()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	account, accountErr := column(header, "account")
	environment, environmentErr := column(header, "environment")
	if err := cmp.Or(accountErr, environmentErr); err != nil {
		return nil, err
	}
	var rows []row
	for {
		cells, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		if strings.TrimSpace(strings.Join(cells, "")) == "" {
			continue
		}
		line, _ := lines.FieldPos(0)
		cells = append(cells, make([]string, len(header))...) // a row can end before a column
		rows = append(rows, row{line, strings.TrimSpace(cells[account]), strings.TrimSpace(cells[environment])})
	}
}

// column returns the index of the column with a name.
func column(header []string, name string) (int, error) {
	found := -1
	for i, title := range header {
		isNamed := strings.EqualFold(strings.TrimSpace(title), name)
		if isNamed && found >= 0 {
			return 0, fmt.Errorf("its first line names the column %s more than once", name)
		}
		if isNamed {
			found = i
		}
	}
	if found < 0 {
		return 0, fmt.Errorf("its first line does not name the column %s", name)
	}
	return found, nil
}
