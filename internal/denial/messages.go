package denial

import (
	_ "embed" // the messages
	"regexp"
	"slices"
	"strings"
	"sync"
)

// messagesText has the messages in sections. A message is a paragraph of lines: what it says, what it means unless it says that
// itself, and what to do.
//
//go:embed messages.txt
var messagesText string

// The sections whose messages are looked for in whatever text.
const (
	CloudFormation = "Messages of CloudFormation"
	Guard          = "Messages of the guard"
)

// Message is a message of the product, or one of CloudFormation about it. Its texts are Markdown, as the page has them.
type Message struct {
	Section string // the title of a list in docs/troubleshooting.md
	Says    string // one or more messages; "…" stands for what differs
	Means   string // "" if the message says it
	Do      string
}

// Messages returns the messages that are explained, in the order of docs/troubleshooting.md, which a test compares with
// them.
func Messages() (list []Message) {
	section := ""
	for paragraph := range strings.SplitSeq(strings.TrimSpace(messagesText), "\n\n") {
		if title, isTitle := strings.CutPrefix(paragraph, "# "); isTitle {
			section = title
			continue
		}
		lines := strings.Split(paragraph, "\n")
		last := len(lines) - 1
		list = append(list, Message{section, lines[0], strings.Join(lines[1:last], " "), lines[last]})
	}
	return list
}

// code matches code in Markdown, and link a link.
var (
	code = regexp.MustCompile("`([^`]+)`")
	link = regexp.MustCompile(`\[([^]]+)\]\(([^)]+)\)`)
)

// Patterns returns the message's texts.
func (m Message) Patterns() []string {
	var list []string
	for _, match := range code.FindAllStringSubmatch(m.Says, -1) {
		list = append(list, match[1])
	}
	return list
}

type pattern struct {
	*Message
	text     string
	literals []string // what the text has in this order, with anything between them
	anchor   string   // the longest of them
}

var patterns = sync.OnceValue(func() []pattern {
	var list []pattern
	for _, m := range Messages() {
		for _, text := range m.Patterns() {
			p := pattern{Message: &m, text: text, literals: strings.Split(strings.Trim(text, "… "), "…")}
			p.anchor = slices.MaxFunc(p.literals, func(a, b string) int { return len(a) - len(b) })
			list = append(list, p)
		}
	}
	return list
})

// isFoundAnywhere reports whether the text is looked for in any text. Other messages have more common words; they
// are looked for only where one of the product begins.
func (p pattern) isFoundAnywhere() bool { return p.Section == CloudFormation || p.Section == Guard }

// match returns the offset at which a text has the pattern.
func (p pattern) match(text string) (begin int, found bool) {
	end := 0
	for i, literal := range p.literals {
		at := strings.Index(text[end:], literal)
		if at < 0 {
			return 0, false
		}
		if i == 0 {
			begin = at
		}
		end += at + len(literal)
	}
	return begin, true
}

// messagesIn returns the messages with at least a number of words that a text has, in its order: all, or only those that
// are found anywhere. A message that is a part of a longer one is not meant.
func messagesIn(text string, words int, onlyAnywhere bool) []Found {
	type match struct {
		pattern
		begin int
	}
	var matches []match
	for _, p := range patterns() {
		if onlyAnywhere && !p.isFoundAnywhere() {
			continue
		}
		if begin, found := p.match(text); found && len(strings.Fields(strings.Join(p.literals, ""))) >= words {
			matches = append(matches, match{p, begin})
		}
	}
	slices.SortStableFunc(matches, func(a, b match) int { return a.begin - b.begin })
	var list []Found
	for i, m := range matches {
		isPart := slices.ContainsFunc(matches, func(other match) bool {
			return other.anchor != m.anchor && strings.Contains(other.anchor, m.anchor)
		})
		isRepeated := slices.ContainsFunc(matches[:i], func(other match) bool { return other.Says == m.Says })
		if !isPart && !isRepeated {
			list = append(list, Found{Message: m.Message, Text: m.text})
		}
	}
	return list
}

// plain returns Markdown as text.
func plain(markdown string) string {
	text := link.ReplaceAllStringFunc(markdown, func(found string) string {
		match := link.FindStringSubmatch(found)
		page := "docs/" + match[2]
		if strings.HasPrefix(match[2], "#") {
			page = "docs/troubleshooting.md" + match[2]
		}
		if file, isAbove := strings.CutPrefix(match[2], "../"); isAbove {
			page = file
		}
		return match[1] + " (" + page + ")"
	})
	return strings.ReplaceAll(text, "`", "")
}
