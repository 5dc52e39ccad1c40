package template

import "sort"

// lineTable says from which line of the file each part of a JSON text came. It is sorted by offset.
type lineTable []lineStart

// lineStart says that the text from an offset on came from a line of the file.
type lineStart struct{ offset, line int }

// linesOf returns the table of a text that is the file itself.
func linesOf(data []byte) lineTable {
	table := lineTable{{0, 1}}
	for offset, b := range data {
		if b == '\n' {
			table = append(table, lineStart{offset + 1, len(table) + 1})
		}
	}
	return table
}

// at returns the line of what stands at an offset.
func (t lineTable) at(offset int) int {
	after := sort.Search(len(t), func(i int) bool { return t[i].offset > offset })
	return t[after-1].line
}
