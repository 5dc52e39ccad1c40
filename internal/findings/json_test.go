package findings_test

import (
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/findings"
)

func TestWriteJSON(t *testing.T) {
	checkGolden(t, "json.golden", func(w io.Writer) error { return findings.WriteJSON(w, report()) })
}

// A report without anything has empty lists.
func TestWriteJSON_empty(t *testing.T) {
	checkGolden(t, "json-empty.golden", func(w io.Writer) error { return findings.WriteJSON(w, findings.Report{}) })
}

// The name of a file need not be valid UTF-8.
func TestWriteJSON_file_name(t *testing.T) {
	var text strings.Builder
	if err := findings.WriteJSON(&text, map[string]string{"file": "a\x9b.yaml"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("{\n  \"file\": \"a\uFFFD.yaml\"\n}\n", text.String()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
