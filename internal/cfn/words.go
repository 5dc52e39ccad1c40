package cfn

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// JoinNames lists names in a sentence: "A", "A and B", or "A, B, and C". Of more names than shown, it lists the
// first and counts the rest: "A, B, and 3 more".
func JoinNames(names []string, shown int) string {
	list := FirstNames(names, shown)
	if last := len(list) - 1; last > 0 && len(names) <= shown {
		list[last] = "and " + list[last]
	}
	if len(list) == 2 {
		return list[0] + " " + list[1]
	}
	return strings.Join(list, ", ")
}

// FirstNames returns a new list, never nil, of the first names, at most as many as shown. If there are more, "and N more"
// follows.
func FirstNames(names []string, shown int) []string {
	list := append([]string{}, names[:min(shown, len(names))]...)
	if rest := len(names) - len(list); rest > 0 {
		list = append(list, fmt.Sprintf("and %d more", rest))
	}
	return list
}

// Shorten cuts a text to at most limit characters; the last one of a text that was cut is "…". Bytes that are not
// UTF-8 become U+FFFD.
func Shorten(text string, limit int) string {
	text = strings.ToValidUTF8(text, "�")
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:max(0, limit-1)]) + "…"
}

// nameLimit is the number of characters of a name that a message or a log line shows.
const nameLimit = 80

// ShortName returns a logical ID, a type, or a similar name as messages show it: at most 80 characters, and quoted if it
// contains a space or an unprintable character, so that it cannot forge a line.
func ShortName(name string) string {
	name = Shorten(name, nameLimit)
	if !strings.ContainsFunc(name, func(r rune) bool { return r == ' ' || !strconv.IsPrint(r) }) {
		return name
	}
	quoted := strconv.Quote(name)
	if utf8.RuneCountInString(quoted) > nameLimit {
		quoted = Shorten(quoted, nameLimit-1) + `"`
	}
	return quoted
}
