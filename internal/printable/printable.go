// Package printable makes text safe to print: names come from templates and files of other people, and
// must neither move a terminal's cursor nor forge a line, nor be read as a command by the runner of a
// pipeline.
package printable

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Line returns text as one line: characters that do not print, line ends included, are spelled out as Go
// spells them, and so is the character that would begin a command of a pipeline's runner. Text without
// any comes back unchanged.
func Line(text string) string {
	text = replaceRunes(text, func(r rune) bool { return !unicode.IsPrint(r) }, func(r rune) string {
		return strings.Trim(strconv.QuoteRuneToASCII(r), "'")
	})
	if trimmed := strings.TrimLeft(text, " "); strings.HasPrefix(trimmed, "::") {
		text = text[:len(text)-len(trimmed)] + `\x3a` + trimmed[1:]
	}
	return escapeCommands(text, `\x23`)
}

// JSON returns JSON text with the same characters escaped, as JSON escapes them. Its value does not change if
// the text is valid JSON: then tabs and line ends, which stay, are white space between values.
func JSON(text string) string {
	text = replaceRunes(text, func(r rune) bool { return !strings.ContainsRune("\t\r\n", r) && !unicode.IsPrint(r) }, func(r rune) string {
		if high, low := utf16.EncodeRune(r); high != unicode.ReplacementChar {
			return fmt.Sprintf(`\u%04x\u%04x`, high, low)
		}
		return fmt.Sprintf(`\u%04x`, r)
	})
	return escapeCommands(text, `\u0023`)
}

// HTML returns text of an HTML document with the beginnings of a runner's commands escaped, as HTML escapes them.
func HTML(text string) string { return escapeCommands(text, "&#35;") }

// JSONWriter writes JSON text as [JSON] returns it. Each Write has whole characters.
type JSONWriter struct{ Out io.Writer }

func (w JSONWriter) Write(text []byte) (int, error) {
	if _, err := io.WriteString(w.Out, JSON(string(text))); err != nil {
		return 0, err
	}
	return len(text), nil
}

// escapeCommands escapes the "#" that begins a command of Azure Pipelines, or an old one of GitHub Actions:
// their runners find these anywhere in a line. See
// https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands.
func escapeCommands(text, escaped string) string {
	return strings.NewReplacer("##[", escaped+"#[", "##vso[", escaped+"#vso[").Replace(text)
}

// replaceRunes returns text with some of its characters replaced. What is not valid UTF-8, as the names of files can be, becomes
// U+FFFD: a terminal could read a byte of it as a control character.
func replaceRunes(text string, concerned func(rune) bool, replacement func(rune) string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	var result strings.Builder
	for _, r := range text {
		if concerned(r) {
			result.WriteString(replacement(r))
		} else {
			result.WriteRune(r)
		}
	}
	return result.String()
}
