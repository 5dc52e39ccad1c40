package findings_test

import (
	"bytes"
	"encoding/json"
	"io"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"amplify-boundary/internal/findings"
)

func TestWriteSARIF(t *testing.T) {
	checkGolden(t, "sarif.golden", func(w io.Writer) error { return findings.WriteSARIF(w, tool(), report()) })
}

// A deployed role has no file, and a call that failed has none either.
func TestWriteSARIF_deployed(t *testing.T) {
	checkGolden(t, "sarif-deployed.golden", func(w io.Writer) error {
		return findings.WriteSARIF(w, tool(), findings.Report{
			Findings: []findings.Finding{{Rule: "role-without-boundary", Severity: findings.Error, ARN: "arn:aws:iam::123456789012:role/R", Message: "x"}},
			Errors:   []findings.Unchecked{{Message: "a call failed"}},
		})
	})
}

// SARIF is valid against its schema: the library has it, and knows each property.
func TestWriteSARIF_schema(t *testing.T) {
	for name, r := range map[string]findings.Report{"full": report(), "empty": {}} {
		t.Run(name, func(t *testing.T) {
			var text bytes.Buffer
			if err := findings.WriteSARIF(&text, tool(), r); err != nil {
				t.Fatal(err)
			}
			decoder := json.NewDecoder(bytes.NewReader(text.Bytes()))
			decoder.DisallowUnknownFields()
			if err := decoder.Decode(new(sarif.Report)); err != nil {
				t.Errorf("not a property of SARIF: %v", err)
			}
			log, err := sarif.FromBytes(text.Bytes())
			if err != nil {
				t.Fatal(err)
			}
			log.Runs[0].NewlineSequences = []string{"\n"} // the library leaves it empty, which the schema forbids
			if err := log.Validate(); err != nil {
				t.Errorf("not valid against the schema: %v", err)
			}
		})
	}
}
