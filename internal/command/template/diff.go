package template

import (
	"bytes"
	"io"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/printable"
)

// printDiff prints a unified diff of two JSON texts, indented, under their names.
func printDiff(streams command.IO, beforeName, afterName string, before, after []byte) error {
	from, err := indented(before)
	if err != nil {
		return err
	}
	to, err := indented(after)
	if err != nil {
		return err
	}
	return writeDiff(streams, udiff.Unified(beforeName, afterName, from, to))
}

// writeDiff writes a unified diff. On a terminal it has the colours that git uses, unless the user wants none: see
// https://no-color.org.
func writeDiff(streams command.IO, diff string) error {
	if streams.OutTerminal && streams.Getenv("NO_COLOR") == "" && streams.Getenv("TERM") != "dumb" {
		diff = coloured(diff)
	}
	_, err := io.WriteString(streams.Out, diff)
	return err
}

// coloured gives the lines of a unified diff their colours.
func coloured(diff string) string {
	const (
		bold, red, green, cyan = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[36m"
		reset                  = "\x1b[0m"
	)
	colours := [][2]string{{"--- ", bold}, {"+++ ", bold}, {"@@", cyan}, {"-", red}, {"+", green}}
	var text strings.Builder
	for line := range strings.Lines(diff) {
		for _, c := range colours {
			if strings.HasPrefix(line, c[0]) {
				line = c[1] + strings.TrimSuffix(line, "\n") + reset + "\n"
				break
			}
		}
		text.WriteString(line)
	}
	return text.String()
}

// indented returns a JSON text with each member on a line of its own, and safe to print.
func indented(text []byte) (string, error) {
	value := jsontext.Value(bytes.Clone(text))
	if err := value.Indent(jsontext.WithIndent("  ")); err != nil {
		return "", err
	}
	return printable.JSON(string(value)) + "\n", nil
}
