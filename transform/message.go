package transform

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MessageLimit is the number of characters that the message of a failure may have: CloudFormation shows
// it as a stack's status reason.
const MessageLimit = 4000

const (
	// ResourceLimit is the number of resources that a message names.
	ResourceLimit = 20

	detailLimit = 5  // problems that it gives of each
	nameLimit   = 80 // characters of a logical ID or a type
)

// FaultsError says why a fragment is refused.
type FaultsError struct{ message string }

// newFaultsError describes the faults of a fragment, and others beside them.
func newFaultsError(f *Fragment, others []fault) *FaultsError {
	s := summary{macro: f.options.Macro}
	for _, list := range [][]fault{f.faults, others} {
		for _, at := range list {
			s.add(at.fault(f.source))
		}
	}
	return &FaultsError{s.message()}
}

// Error names the first resources by logical ID, at least one, with the first problems of each, and gives
// the advice once for each kind of problem. It has at most [MessageLimit] characters.
func (e *FaultsError) Error() string { return e.message }

// summary gathers what a message says of any number of faults, in linear time.
type summary struct {
	macro     string
	resources []*faulty // the first by logical ID
	hidden    int       // resources beyond them
	seen      [problems]bool
}

// faulty is a logical ID with its problems. It stands for several resources where the bodies of loops
// have the same.
type faulty struct {
	name      string // as messages show it
	id        string
	resources int
	distinct  map[detail]struct{}
	first     []detail
}

// detail is a problem in words.
type detail struct {
	problem Problem
	text    string
}

func (s *summary) add(f Fault) {
	s.seen[f.Problem] = true
	at, found := slices.BinarySearchFunc(s.resources, f.LogicalID, func(r *faulty, id string) int { return strings.Compare(r.id, id) })
	switch {
	case found:
		s.resources[at].add(f)
	case at == ResourceLimit:
		s.hidden++
	default:
		r := &faulty{name: f.name(), id: f.LogicalID, distinct: make(map[detail]struct{})}
		r.add(f)
		s.resources = slices.Insert(s.resources, at, r)
		s.show(ResourceLimit)
	}
}

// show hides the resources beyond a number.
func (s *summary) show(resources int) {
	for len(s.resources) > resources {
		last := len(s.resources) - 1
		s.hidden += s.resources[last].resources
		s.resources = s.resources[:last]
	}
}

func (r *faulty) add(f Fault) {
	r.resources++
	d := detail{f.Problem, f.detail()}
	if _, known := r.distinct[d]; known {
		return
	}
	r.distinct[d] = struct{}{}
	at, _ := slices.BinarySearchFunc(r.first, d, compareDetails)
	if r.first = slices.Insert(r.first, at, d); len(r.first) > detailLimit {
		r.first = r.first[:detailLimit]
	}
}

func compareDetails(a, b detail) int {
	return cmp.Or(cmp.Compare(a.problem, b.problem), cmp.Compare(a.text, b.text))
}

func (r *faulty) String() string {
	var texts []string
	for _, d := range r.first {
		texts = append(texts, d.text)
	}
	return r.name + ": " + strings.Join(andMore(texts, len(r.distinct)-len(r.first)), ", ")
}

func (s *summary) message() string {
	var resources []Named
	for _, r := range s.resources {
		resources = append(resources, Named{r.String(), r.resources})
	}
	return Message(s.macro, resources, s.hidden, s.advice())
}

// Named is what a message says of one or several resources.
type Named struct {
	Text  string
	Count int // of the resources
}

// Message says that the macro cannot bound every role, because of which resources, and what to do. Beside
// the resources that are named there may be others, hidden. It names at least one resource, and otherwise
// only as many as leave it within [MessageLimit]. Advice may be missing, where each text has its own.
func Message(macro string, resources []Named, hidden int, advice []string) string {
	for {
		var texts []string
		for _, r := range resources {
			texts = append(texts, r.Text)
		}
		what := fmt.Sprintf("%s cannot bound every role (%s)", macro, strings.Join(andMore(texts, hidden), "; "))
		message := strings.Join(slices.Concat([]string{what}, advice), "; ")
		last := len(resources) - 1
		if utf8.RuneCountInString(message) <= MessageLimit || last == 0 {
			return message
		}
		hidden += resources[last].Count
		resources = resources[:last]
	}
}

func (s *summary) advice() []string {
	var list []string
	for p, seen := range s.seen {
		if advice := Problem(p).advice(s.macro); seen && !slices.Contains(list, advice) {
			list = append(list, advice)
		}
	}
	return list
}

func andMore(list []string, hidden int) []string {
	if hidden == 0 {
		return list
	}
	return append(list, fmt.Sprintf("and %d more", hidden))
}

// Shortened cuts a name to 80 characters, which leaves room for others, and quotes one that is not
// plain, so that it cannot forge a line.
func Shortened(name string) string {
	end := "…"
	if strings.ContainsFunc(name, func(r rune) bool { return r == ' ' || !strconv.IsPrint(r) }) {
		name, end = strconv.Quote(name), `…"`
	}
	if utf8.RuneCountInString(name) <= nameLimit {
		return name
	}
	runes, cut := 0, 0
	for cut = range name {
		if runes == nameLimit {
			break
		}
		runes++
	}
	return name[:cut] + end
}
