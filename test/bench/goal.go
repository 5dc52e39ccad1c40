package main

import "fmt"

// goal is a ratio that was measured, with the bound that is wanted of it.
type goal struct {
	name  string
	got   float64
	side  side
	bound float64
}

type side string

const (
	atMost  side = "at most"
	atLeast side = "at least"
)

func (g goal) met() bool {
	if g.side == atMost {
		return g.got <= g.bound
	}
	return g.got >= g.bound
}

// printGoals prints what was wanted and what was measured. A goal that is not met is no error: the
// machine may be busy.
func printGoals(goals []goal) error {
	fmt.Print("\nGoals:\n\n")
	table := newTable("", "measured", "wanted", "")
	for _, g := range goals {
		verdict := "met"
		if !g.met() {
			verdict = "NOT MET"
		}
		table.row(g.name, fmt.Sprintf("%.2f", g.got), fmt.Sprintf("%s %g", g.side, g.bound), verdict)
	}
	return table.print()
}
