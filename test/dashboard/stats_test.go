package dashboard

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// stats groups rows by fields, in the order of each group's first row.
func stats(text string, rows []record) ([]record, error) {
	functions, by, _ := strings.Cut(text, " by ")
	groups := make(map[string][]record)
	var keys []string
	for _, row := range rows {
		var values []string
		for name := range strings.SplitSeq(by, ", ") {
			value, err := row.groupedBy(name)
			if err != nil {
				return nil, err
			}
			values = append(values, value)
		}
		key := strings.Join(values, "\x00")
		if groups[key] == nil {
			keys = append(keys, key)
		}
		groups[key] = append(groups[key], row)
	}
	var grouped []record
	for _, key := range keys {
		row := make(record)
		for i, name := range strings.Split(by, ", ") {
			row[name] = strings.Split(key, "\x00")[i]
		}
		for _, function := range separated(functions) {
			call, alias, named := strings.Cut(function, " as ")
			if !named {
				return nil, fmt.Errorf("%s has no name", function)
			}
			value, err := aggregate(call, groups[key])
			if err != nil {
				return nil, err
			}
			row[alias] = value
		}
		grouped = append(grouped, row)
	}
	return grouped, nil
}

// separated splits a list at its commas, those in parentheses left alone.
func separated(list string) (parts []string) {
	depth, start := 0, 0
	for i, r := range list {
		switch {
		case r == '(':
			depth++
		case r == ')':
			depth--
		case r == ',' && depth == 0:
			parts = append(parts, list[start:i])
			start = i + len(", ")
		}
	}
	return append(parts, list[start:])
}

// groupedBy returns the value of a field, or of the time cut to a whole number of hours.
func (r record) groupedBy(name string) (string, error) {
	width, isBin := argument(name, "bin")
	if !isBin {
		return r[name], nil
	}
	length, err := time.ParseDuration(width)
	if err != nil {
		return "", err
	}
	at, err := time.Parse(time.RFC3339Nano, r["@timestamp"])
	return at.UTC().Truncate(length).Format(time.DateTime), err
}

// aggregate computes one of the functions over the rows of a group.
func aggregate(call string, rows []record) (string, error) {
	name, rest, _ := strings.Cut(strings.TrimSuffix(call, ")"), "(")
	field, percent, _ := strings.Cut(rest, ", ")
	if field == "*" && name == "count" {
		return strconv.Itoa(len(rows)), nil
	}
	var values []float64
	for _, row := range rows {
		if text, present := row[field]; present {
			values = append(values, number(text))
		}
	}
	if len(values) == 0 && name != "count" {
		return "", nil
	}
	slices.Sort(values)
	sum := 0.0
	for _, value := range values {
		sum += value
	}
	result := 0.0
	switch name {
	case "count":
		result = float64(len(values))
	case "sum":
		result = sum
	case "avg":
		result = sum / float64(len(values))
	case "max":
		result = values[len(values)-1]
	case "pct":
		result = values[max(0, int(number(percent)/100*float64(len(values))+0.999999)-1)]
	default:
		return "", fmt.Errorf("the function %s is not known", name)
	}
	return strconv.FormatFloat(result, 'f', -1, 64), nil
}
