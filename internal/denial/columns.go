package denial

import (
	"encoding/binary"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// decodeUTF16 returns a text as UTF-8, without a byte order mark. PowerShell writes UTF-16.
func decodeUTF16(text string) string {
	var order binary.ByteOrder
	switch {
	case strings.HasPrefix(text, "\xff\xfe"):
		order = binary.LittleEndian
	case strings.HasPrefix(text, "\xfe\xff"):
		order = binary.BigEndian
	default:
		return strings.TrimPrefix(text, "\ufeff")
	}
	units := make([]uint16, len(text)/2-1)
	_, _ = binary.Decode([]byte(text[2:]), order, units) // there are as many bytes
	return string(utf16.Decode(units))
}

// escape matches an escape sequence of a terminal: parameters, and a letter.
var escape = regexp.MustCompile("\x1b(?:\\[[0-9;:?<=>! ]*[^0-9;:?<=>! ]?)?")

// columns is the layout of the table of events that SAM prints. Its four columns are equally wide.
type columns struct {
	first, last int // offsets of the first and the last column
	width       int // of what a cell can hold
}

// The names of SAM's first and last columns, and the space that it keeps free after a column.
const (
	firstColumn = "ResourceStatus "
	lastColumn  = "ResourceStatusReason"
	margin      = 3
)

// columnsOf returns the layout that a line shows: the table's head, or a line whose first three columns are blank.
func columnsOf(line string) (columns, bool) {
	last := strings.LastIndex(line, lastColumn)
	first := strings.Index(line, firstColumn)
	if blank := len(line) - len(strings.TrimLeft(line, " ")); last < 0 && blank < len(line) {
		first, last = 0, blank
	}
	width := (last - first) / 3
	const least = 20
	return columns{first, last, width - margin}, first >= 0 && width >= least && (last-first)%3 == 0
}

// rejoin returns a text in which each row of such a table is one line again, so that the row's last cell is whole.
func rejoin(text string) string {
	var layout columns
	found := false
	for line := range strings.Lines(text) { // if only rows were copied, no line is the head
		if layout, found = columnsOf(strings.TrimRight(line, " \n")); found {
			break
		}
	}
	if !found {
		return text
	}
	var result strings.Builder
	var open bool   // whether lines of a row were written, and no line end
	var last string // the last cell that was written of it
	status := 0     // the length of its status in the line before
	for line := range strings.Lines(text) {
		if head, found := columnsOf(line); found && strings.Contains(line, lastColumn) {
			layout = head
		}
		bare := strings.TrimRight(line, " \n")
		state, cell, inTable := layout.cells(bare)
		continues := open && inTable && (state == "" || status >= layout.width)
		status = len(state)
		if open && !continues {
			result.WriteByte('\n')
		}
		switch {
		case continues && cell != "":
			result.WriteString(layout.separator(last, cell) + cell)
			last = cell
		case continues:
		case inTable && state != "" && cell != "":
			result.WriteString(bare)
			open, last = true, cell
		default:
			result.WriteString(line)
			open = false
		}
	}
	return result.String()
}

// cells returns the first and the last cell of a line, and whether it can be a line of the table.
func (l columns) cells(line string) (status, last string, inTable bool) {
	if len(line) <= l.first {
		return "", "", false
	}
	status = strings.TrimSpace(line[l.first:min(len(line), l.first+l.width)])
	if len(line) <= l.last {
		return status, "", true
	}
	return status, line[l.last:], strings.TrimSpace(line[l.last-margin:l.last]) == ""
}

// separator returns what was between two cells before SAM broke the text: nothing where it broke a word that is longer
// than the column, or after a hyphen.
func (l columns) separator(before, after string) string {
	text := before + after
	begin, end := len(before), len(before)
	for begin > 0 && !breaksAt(text, begin) {
		begin--
	}
	for end < len(text) && (end == len(before) || !breaksAt(text, end)) {
		end++
	}
	// These words follow a name in a denial. The name can fill a cell, as a part of a longer one does.
	followsName := slices.ContainsFunc([]string{"is not", "on resource", "with an", "because no"}, func(words string) bool {
		return strings.HasPrefix(after, words)
	})
	isBroken := len(before) >= l.width && end-begin > l.width && !followsName
	if isBroken || strings.HasSuffix(before, "-") {
		return ""
	}
	return " "
}

// breaksAt reports whether a line could be broken before an offset: at a space, or after a hyphen between letters.
func breaksAt(text string, at int) bool {
	isLetter := func(i int) bool { return i >= 0 && i < len(text) && (text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z') }
	return text[at-1] == ' ' || at < len(text) && text[at] == ' ' || text[at-1] == '-' && isLetter(at-2) && isLetter(at)
}
