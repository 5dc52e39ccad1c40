package dashboard

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// fieldLimit is how many fields Logs Insights finds in a line of JSON. Those after it do not exist.
const fieldLimit = 200

// record is a line, or a group of lines, as a query shows it: the value of each field by name.
type record map[string]string

// answer evaluates a query of CloudWatch Logs Insights over lines of JSON, oldest first. It evaluates the part of the language
// that the dashboard uses, and fails the test for any other; see
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html.
func answer(t testing.TB, query, log string) []record {
	t.Helper()
	var rows []record
	for line := range strings.Lines(log) {
		row, err := fields(line)
		if err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		row["@timestamp"] = row["time"] // CloudWatch takes the time at which the line arrives
		rows = append(rows, row)
	}
	commands := strings.Split(query, " | ")
	if !strings.HasPrefix(commands[0], "SOURCE '") {
		t.Fatalf("a query of a dashboard begins with its SOURCE: %s", query)
	}
	for _, text := range commands[1:] {
		name, argument, _ := strings.Cut(text, " ")
		apply, known := map[string]func(string, []record) ([]record, error){
			"fields": display, "filter": filter, "stats": stats, "sort": sortRows, "limit": limit,
		}[name]
		if !known {
			t.Fatalf("the command %s is not known", name)
		}
		var err error
		if rows, err = apply(argument, rows); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	return rows
}

// fields returns the fields that are found in a line: of a list or an object each entry by itself, with dots.
func fields(line string) (record, error) {
	row := make(record)
	decoder := jsontext.NewDecoder(strings.NewReader(line))
	for range 1 << 20 {
		kind := decoder.PeekKind()
		token, err := decoder.ReadToken()
		switch {
		case err != nil:
			return nil, err
		case decoder.StackDepth() == 0:
			return row, nil
		case kind == '{' || kind == '[' || kind == '}' || kind == ']':
			continue
		}
		if level, length := decoder.StackIndex(decoder.StackDepth()); level == '{' && length%2 == 1 {
			continue // the name of a member
		}
		at := strings.ReplaceAll(strings.TrimPrefix(string(decoder.StackPointer()), "/"), "/", ".")
		if len(row) < fieldLimit {
			row[at] = token.String()
		}
	}
	return nil, fmt.Errorf("a line that does not end")
}

// display keeps some fields.
func display(names string, rows []record) ([]record, error) {
	var shown []record
	for _, row := range rows {
		kept := make(record)
		for name := range strings.SplitSeq(names, ", ") {
			kept[name] = row[name]
		}
		shown = append(shown, kept)
	}
	return shown, nil
}

// filter keeps the rows for which all conditions hold.
func filter(conditions string, rows []record) (kept []record, err error) {
	for _, row := range rows {
		all := true
		for condition := range strings.SplitSeq(conditions, " and ") {
			holds, err := row.holds(condition)
			if err != nil {
				return nil, err
			}
			all = all && holds
		}
		if all {
			kept = append(kept, row)
		}
	}
	return kept, nil
}

func (r record) holds(condition string) (bool, error) {
	if name, found := argument(condition, "ispresent"); found {
		_, present := r[name]
		return present, nil
	}
	if other, negated := strings.CutPrefix(condition, "not "); negated {
		holds, err := r.holds(other)
		return !holds, err
	}
	parts := strings.SplitN(condition, " ", 3)
	if len(parts) != 3 {
		return false, fmt.Errorf("no condition: %s", condition)
	}
	got, present := r[parts[0]]
	want, err := strconv.Unquote(parts[2])
	switch {
	case err == nil && parts[1] == "=":
		return present && got == want, nil
	case err == nil && parts[1] == "like":
		return strings.Contains(got, want), nil
	case parts[1] == ">":
		least, err := strconv.ParseFloat(parts[2], 64)
		return present && number(got) > least, err
	}
	return false, fmt.Errorf("no condition: %s", condition)
}

// argument returns what stands in the parentheses of a function.
func argument(call, function string) (text string, found bool) {
	text, found = strings.CutPrefix(call, function+"(")
	if !found || !strings.HasSuffix(text, ")") {
		return "", false
	}
	return text[:len(text)-1], true
}

func number(text string) float64 {
	value, _ := strconv.ParseFloat(text, 64)
	return value
}

// sortRows sorts by one field, by number where both values are.
func sortRows(by string, rows []record) ([]record, error) {
	name, order, _ := strings.Cut(by, " ")
	if order != "asc" && order != "desc" {
		return nil, fmt.Errorf("no order: %q", order)
	}
	slices.SortStableFunc(rows, func(a, b record) int {
		if order == "desc" {
			a, b = b, a
		}
		x, errX := strconv.ParseFloat(a[name], 64)
		y, errY := strconv.ParseFloat(b[name], 64)
		if errX == nil && errY == nil {
			return cmp.Compare(x, y)
		}
		return cmp.Compare(a[name], b[name])
	})
	return rows, nil
}

func limit(count string, rows []record) ([]record, error) {
	most, err := strconv.Atoi(count)
	return rows[:min(most, len(rows))], err
}
