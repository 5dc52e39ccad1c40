package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// table prints columns of figures to standard output, right under their headings.
type table struct{ writer *tabwriter.Writer }

func newTable(headings ...string) table {
	t := table{tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', tabwriter.AlignRight)}
	t.row(headings...)
	return t
}

func (t table) row(cells ...string) { fmt.Fprintln(t.writer, strings.Join(cells, "\t")+"\t") }

func (t table) print() error { return t.writer.Flush() }

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()*1000) }

func whole(value float64) string { return fmt.Sprintf("%.0f", value) }

// kilobytes and count print a cost that is not known as a dash.
func kilobytes(bytes int64) string {
	if bytes < 0 {
		return "-"
	}
	return whole(float64(bytes) / 1000)
}

func count(n int64) string {
	if n < 0 {
		return "-"
	}
	return strconv.FormatInt(n, 10)
}
