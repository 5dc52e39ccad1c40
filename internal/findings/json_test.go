package findings_test

import (
	"io"
	"testing"

	"amplify-boundary/internal/findings"
)

func TestWriteJSON(t *testing.T) {
	checkGolden(t, "json.golden", func(w io.Writer) error { return findings.WriteJSON(w, report()) })
}

// A report without anything has empty lists.
func TestWriteJSON_empty(t *testing.T) {
	checkGolden(t, "json-empty.golden", func(w io.Writer) error { return findings.WriteJSON(w, findings.Report{}) })
}
