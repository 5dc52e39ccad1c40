package findings_test

import (
	"io"
	"testing"

	"amplify-boundary/internal/findings"
)

func TestWriteText(t *testing.T) {
	checkGolden(t, "text.golden", func(w io.Writer) error { return findings.WriteText(w, report()) })
}
