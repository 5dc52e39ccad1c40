package command

import (
	"bytes"
	"io"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/printable"
)

// PrintDiff prints a unified diff of two JSON texts, indented, under their names.
func (s IO) PrintDiff(beforeName, afterName string, before, after []byte) error {
	from, err := indented(before)
	if err != nil {
		return err
	}
	to, err := indented(after)
	if err != nil {
		return err
	}
	return s.WriteDiff(udiff.Unified(beforeName, afterName, from, to))
}

// WriteDiff writes a unified diff, in colour on a terminal.
func (s IO) WriteDiff(diff string) error {
	if s.colours() {
		diff = coloured(diff)
	}
	_, err := io.WriteString(s.Out, diff)
	return err
}

// colours reports whether results can have colours. See https://no-color.org.
func (s IO) colours() bool {
	return s.OutTerminal && s.Getenv("NO_COLOR") == "" && s.Getenv("TERM") != "dumb"
}

// coloured gives the lines of a unified diff the colours that git gives them.
func coloured(diff string) string {
	const (
		bold, red, green, cyan = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[36m"
		reset                  = "\x1b[0m"
	)
	var text strings.Builder
	for line := range strings.Lines(diff) {
		colour := ""
		switch {
		case strings.HasPrefix(line, "--- "), strings.HasPrefix(line, "+++ "):
			colour = bold
		case strings.HasPrefix(line, "@@"):
			colour = cyan
		case strings.HasPrefix(line, "-"):
			colour = red
		case strings.HasPrefix(line, "+"):
			colour = green
		}
		if colour == "" {
			text.WriteString(line)
			continue
		}
		text.WriteString(colour + strings.TrimSuffix(line, "\n") + reset + "\n")
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
