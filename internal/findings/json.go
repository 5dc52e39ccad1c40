package findings

import (
	"fmt"
	"io"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/printable"
)

// WriteJSON writes a result as JSON: a [Report], or what another command has. Empty lists are [], not null.
func WriteJSON(w io.Writer, result any) error {
	text, err := json.Marshal(result, jsontext.WithIndent("  "), json.Deterministic(true), jsontext.AllowInvalidUTF8(true)) // the name of a file
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, printable.JSON(string(text)))
	return err
}
