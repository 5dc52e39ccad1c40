package template

import (
	"bytes"
	"io"

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
	_, err = io.WriteString(streams.Out, udiff.Unified(beforeName, afterName, from, to))
	return err
}

// indented returns a JSON text with each member on a line of its own, and safe to print.
func indented(text []byte) (string, error) {
	value := jsontext.Value(bytes.Clone(text))
	if err := value.Indent(jsontext.WithIndent("  ")); err != nil {
		return "", err
	}
	return printable.JSON(string(value)) + "\n", nil
}
