package template

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"

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

// compare returns "same", "refused" where PyYAML cannot read the file, or what differs.
func (p pyYAML) compare(t testing.TB, file, document []byte) (answer string) {
	t.Helper()
	return p.ask(t, map[string]any{"file": file, "json": string(document)})
}

// isTemplate reports whether PyYAML reads a file as a map with a Resources section that is a map.
func (p pyYAML) isTemplate(t testing.TB, file []byte) bool {
	t.Helper()
	return p.ask(t, map[string]any{"file": file}) == "template"
}

func (p pyYAML) ask(t testing.TB, question map[string]any) (answer string) {
	t.Helper()
	request, err := json.Marshal(question)
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
		"numbers":        "A: [1, -0, 1.50, 1.5e+3, 1e3, 12345678901234567890, 3.141592653589793238462643, 000400, 0x1F, .5, 1_000, +5, 12:30:45, .inf]\n",
		"words":          "A: [yes, No, on, OFF, ~, null, true, y, n, nULL, '', =]\n",
		"dates":          "A: [2012-10-17, 2001-12-14t21:59:43.10-05:00, 01:30, 1:60]\n",
		"literal_tab":    "A: |\n  \ta\n   b\nB: >-\n  c\n   d\n\n  e\n",
		"blank_tab":      "A: |-\n\n \t\n  x\n",
		"quoted_bar":     "A: \"x |\n  \ty\"\nB: 'x |\n\n  \ty'\n",
		"literal_bar":    "A: |\n  x |\n  \ty |\n   \tz\n",
		"short_forms":    "A: [!Ref B, !GetAtt C.D.E, !Sub [a, {b: 1}], !If [X, 10, !GetAZs '']]\n",
		"flow":           "{A: {b: [1, {c: d,},]}, 'E': \"f\\n\\u00e9\"}\n",
		"repeated_names": "A: 1\nB: {C: 1, D: 2, C: 3}\nA: 2\n",
		"core_tags":      "A: [!!int 3600, !!str 010, !!bool yes, !!null '', !!float 1.5, !!map {}, !!seq []]\n",
		"colons":         "A: {b:}\nC: [d:, e::f]\n",
		"keys":           "? A\n: 1\n200: 2\n\"\\x41B\": 3\n",
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

// However a template is written, it is read, or its text mentions what templates have.
func TestReadOrMentions(t *testing.T) {
	peer := startPyYAML(t)
	for name, test := range map[string]struct {
		file   string
		isRead bool
	}{
		"plain":            {"Resources: {}\n", true},
		"byte_order_mark":  {"\uFEFFResources: {A: {B: 0x1000}}\n", true},
		"flow":             {"{Description: x, Resources: {A: {B: 0x1000}}}", true},
		"explicit_key":     {"? Resources\n: A: {B: 1}\n", true},
		"tagged_key":       {"!!str Resources: {}\n", true},
		"anchored_key":     {"&a Resources: {}\n", true},
		"escaped_key":      {"\"\\x52esources\": {}\n", true},
		"joined_key":       {"? \"Reso\\\n  urces\"\n: {}\n", true},
		"quoted_key":       {"'Resources': {}\n", true},
		"repeated_name":    {"Resources: 1\nResources: {}\n", true},
		"document_start":   {"--- # x\nResources: {}\n...\n", true},
		"directive":        {"%YAML 1.1\n---\nResources: {}\n", true},
		"tagged_root":      {"!!map\nResources: {}\n", true},
		"non_specific_tag": {"! {Resources: {}}\n", true},
		"tab_in_block":     {"Resources: {}\nA: |\n  \tx\n", true},
		"one_line_JSON":    {`{"Resources": {"A": 1, "A": 2}}`, true},
		"local_tag":        {"Resources: {A: !Rain::Module x}\n", false},
		"alias":            {"A: &a {}\nResources: *a\n", false},
		"merge":            {"A: &a {Resources: {}}\n<<: *a\n", false},
		"tagged_resources": {"Resources: !!omap {}\n", false},
		"local_root_tag":   {"!Stack\nResources: {}\n", false},
		"list_as_key":      {"Resources: {}\n? [a]\n: b\n", false},
		"escaped_broken":   {"\"\\u0052esources\": {A: !X b}\n", false},
		"UTF_16":           {inUTF16("Resources: {}\n"), false},
		"deep":             {"Resources: {A: " + strings.Repeat("[", 300) + strings.Repeat("]", 300) + "}\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			if !peer.isTemplate(t, []byte(test.file)) && test.isRead {
				t.Error("PyYAML does not read it as a template")
			}
			document, err := Read([]byte(test.file))
			if isRead := err == nil && document.IsTemplate(); isRead != test.isRead || !isRead && !isReported([]byte(test.file), err) {
				t.Errorf("read %t (%v), mentions %t", isRead, err, Mentions([]byte(test.file)))
			}
		})
	}
}

// isReported reports whether a file that was found in a directory and gave an error is reported as broken, not skipped.
func isReported(file []byte, err error) bool {
	return err != nil && !errors.Is(err, ErrNotTemplate) && Mentions(file)
}

func inUTF16(text string) string {
	file := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune(text)) {
		file = binary.LittleEndian.AppendUint16(file, unit)
	}
	return string(file)
}

var nonSpecificTag = regexp.MustCompile(`(^|[^\w!])!([\s,\]}]|$)`)

// What both read, both read as the same, and what PyYAML reads as a template is read or mentions what templates have. Where only
// one reads a file, the one that refuses it is on the safe side.
func FuzzAsPyYAML(f *testing.F) {
	for _, seed := range []string{
		"A: [!GetAtt a.b.c, !Sub \"x\", yes, 2012-10-17]\n",
		"A:\n  - !If [B, ~, !Ref C]\n  - |\n    text\n'B': >-\n  1\n   2\n\n  3\n",
		"A:\n  - |\n   \ta |\n  - >\n    \tb\n  - c |\n    \td\n",
		"? A\n: &x 'it''s' # why\n\"\\x41\": !!str 12\n--- \n",
		"A: [a:, b:]\n",
		"{A: {b: [1.50, {c: d,},]}, E: -1.5e+3}\n...\n",
		"! {Resources: {}}\n",
		"&0:0: 1\n",
	} {
		f.Add([]byte(seed))
	}
	peer := startPyYAML(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		document, err := Read(bytes.Clone(file))
		if isRead := err == nil && document.IsTemplate(); !isRead && !isReported(file, err) && peer.isTemplate(t, file) {
			t.Errorf("a template that is neither read nor reported: %q", file)
		}
		if err != nil || bytes.Equal(document.JSON(), bytes.TrimPrefix(file, []byte("\uFEFF"))) {
			t.Skip("not read as YAML")
		}
		if lastLine := file[bytes.LastIndexAny(file, "\r\n")+1:]; len(lastLine) > 0 && len(bytes.TrimSpace(lastLine)) == 0 {
			t.Skip("the YAML library adds a line break to a block scalar that ends so, PyYAML does not")
		}
		if nonSpecificTag.Match(file) {
			t.Skip("a scalar with the tag ! is a string by YAML's specification; PyYAML resolves it")
		}
		if got := peer.compare(t, file, document.JSON()); got != "same" && got != "refused" {
			t.Errorf("ours and PyYAML's reading of %q: %s", file, got)
		}
	})
}
