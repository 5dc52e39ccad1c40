package findings_test

import (
	"io"
	"testing"

	"amplify-boundary/internal/findings"
)

func TestWriteGitHub(t *testing.T) {
	checkGolden(t, "github.golden", func(w io.Writer) error { return findings.WriteGitHub(w, report()) })
}
