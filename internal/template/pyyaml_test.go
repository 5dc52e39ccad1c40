package template

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"os/exec"
	"path/filepath"
	"testing"

	"amplify-boundary/internal/test/mototest"
)

// pyYAML is a process that compares our reading of a file with PyYAML's.
type pyYAML struct {
	in  io.Writer
	out *bufio.Scanner
}

func startPyYAML(t testing.TB) pyYAML {
	t.Helper()
	command := exec.CommandContext(t.Context(), mototest.Installed(t, "python"), filepath.Join("testdata", "pyyaml.py"))
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatalf("start Python: %v", err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = command.Wait()
	})
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<24)
	return pyYAML{in, lines}
}

// compare returns "same", "refused" where PyYAML does not read the file, or what differs.
func (p pyYAML) compare(t testing.TB, file, document []byte) (answer string) {
	t.Helper()
	request, err := json.Marshal(map[string]string{"yaml": string(file), "json": string(document)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.in.Write(append(request, '\n')); err != nil {
		t.Fatalf("ask PyYAML: %v", err)
	}
	if !p.out.Scan() {
		t.Fatalf("PyYAML gives no answer: %v", p.out.Err())
	}
	if err := json.Unmarshal(p.out.Bytes(), &answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestReadAsPyYAML(t *testing.T) {
	peer := startPyYAML(t)
	files := map[string]string{
		"notes":          readFile(t, "notes.yaml"),
		"numbers":        "A: [1, -0, 1.50, 1.5e+3, 12345678901234567890, 3.141592653589793238462643]\n",
		"words":          "A: [yes, No, on, OFF, ~, null, true, y, n, nULL, '', =]\n",
		"dates":          "A: [2012-10-17, 2001-12-14t21:59:43.10-05:00, 01:30, 1:60]\n",
		"literal_tab":    "A: |\n  \ta\n   b\nB: >-\n  c\n   d\n\n  e\n",
		"blank_tab":      "A: |-\n\n \t\n  x\n",
		"quoted_bar":     "A: \"x |\n  \ty\"\nB: 'x |\n\n  \ty'\n",
		"literal_bar":    "A: |\n  x |\n  \ty |\n   \tz\n",
		"short_forms":    "A: [!Ref B, !GetAtt C.D.E, !Sub [a, {b: 1}], !If [X, 10, !GetAZs '']]\n",
		"flow":           "{A: {b: [1, {c: d,},]}, 'E': \"f\\n\\u00e9\"}\n",
		"line_ends":      "A: |\r\n  x\r\n  y\r\nB: >\r\n  x\r\n  y\r\n",
		"trailing_space": "A: |+\n  x  \n\n\nB: >+\n  y  \n\n",
	}
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			if got, want := peer.compare(t, []byte(file), read(t, file).JSON()), "same"; got != want {
				t.Errorf("ours and PyYAML's: got %s, want %s", got, want)
			}
		})
	}
}

// What both read, both read as the same. What only one reads is no fault: the one that refuses is on the safe side.
func FuzzAsPyYAML(f *testing.F) {
	for _, seed := range []string{
		"A: [!GetAtt a.b.c, !Sub \"x\", yes, 2012-10-17]\n",
		"A:\n  - !If [B, ~, !Ref C]\n  - |\n    text\n'B': >-\n  1\n   2\n\n  3\n",
		"A:\n  - |\n   \ta |\n  - >\n    \tb\n  - c |\n    \td\n",
		"? A\n: &x 'it''s' # why\n\"\\x41\": !!str 12\n--- \n",
		"A: [a:, b:]\n",
		"{A: {b: [1.50, {c: d,},]}, E: -1.5e+3}\n...\n",
	} {
		f.Add([]byte(seed))
	}
	peer := startPyYAML(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		document, err := Read(bytes.Clone(file))
		if err != nil || bytes.Equal(document.JSON(), bytes.TrimPrefix(file, []byte("\uFEFF"))) {
			t.Skip("not read as YAML")
		}
		if got := peer.compare(t, file, document.JSON()); got != "same" && got != "refused" {
			t.Errorf("ours and PyYAML's reading of %q: %s", file, got)
		}
	})
}
