package denial_test

import (
	"encoding/binary"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/denial"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden is what a golden file says of one denial or message.
type golden struct {
	denial.Found
	denial.Explanation
}

// Each testdata/NAME.txt is a text, and NAME.golden.json what is found in it.
func TestFind(t *testing.T) {
	inputs, _ := filepath.Glob("testdata/*.txt")
	goldens, _ := filepath.Glob("testdata/*.golden.json")
	if len(inputs) == 0 || !*update && len(goldens) != len(inputs) {
		t.Errorf("there are %d texts and %d golden files", len(inputs), len(goldens))
	}
	for _, input := range inputs {
		t.Run(strings.TrimSuffix(filepath.Base(input), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(input)
			if err != nil {
				t.Fatal(err)
			}
			list := []golden{}
			for _, f := range denial.Find(string(text)) {
				e := f.Explain()
				f.Message = nil
				list = append(list, golden{f, e})
			}
			got, err := json.Marshal(list, jsontext.WithIndent("  "), json.OmitZeroStructFields(true))
			if err != nil {
				t.Fatal(err)
			}
			file := strings.TrimSuffix(input, ".txt") + ".golden.json"
			if *update {
				if err := os.WriteFile(file, append(got, '\n'), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)+"\n"); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// What a text hides in colours, columns, quotes, lines, or JSON is what it says plainly.
func TestFind_forms_agree(t *testing.T) {
	const message = `User: arn:aws:sts::111122223333:assumed-role/deployer/ci is not authorized to perform: iam:CreateRole on resource: ` +
		`arn:aws:iam::111122223333:role/new with an explicit deny in a permissions boundary: arn:aws:iam::111122223333:policy/boundaries/deployers-of-dev`
	quoted, err := jsontext.AppendQuote(nil, message)
	if err != nil {
		t.Fatal(err)
	}
	want := denial.Find(message)
	if len(want) != 1 || want[0].PolicyARN == "" {
		t.Fatalf("got %+v", want)
	}
	for name, text := range map[string]string{
		"quoted":       `returned message: "` + message + ` (Service: Iam, Status Code: 403)"`,
		"a_sentence":   "It said: " + message + ". And then it ended.",
		"coloured":     "\x1b[1;31m" + strings.ReplaceAll(message, "iam:", "\x1b[4miam:\x1b[0m") + "\x1b[0m",
		"windows":      strings.ReplaceAll(message, " ", "\r\n"),
		"json":         `{"a": [` + string(quoted) + `]}`,
		"json_in_json": `{"a": ` + quote(t, `{"b": `+string(quoted)+`}`) + `}`,
		"json_line":    "2026 x\n" + `  {"a": ` + string(quoted) + "}\nend",
		"bad_json":     `{"a": ` + string(quoted) + ` b`,
		"utf_16":       "\xff\xfe" + utf16Text(message, binary.LittleEndian),
		"utf_16_be":    "\xfe\xff" + utf16Text(message+"\r\n", binary.BigEndian),
		"utf_8_mark":   "\ufeff" + `{"a": ` + string(quoted) + `}`,
		"terraform":    "╷\n│ Error: creating IAM Role\n│ \n│ " + strings.ReplaceAll(message, " ", "\n│ ") + "\n╵\n",
		"html":         strings.ReplaceAll(strings.ReplaceAll(message, "resource: ", "resource: &quot;"), " with", "&quot; with"),
		"unicode":      `bad {"a": "` + strings.ReplaceAll(strings.ReplaceAll(message, "resource: ", `resource: \u0022`), " with", `\u0022 with`),
		"event":        `{"errorCode": "AccessDenied", "eventName": "x", "errorMessage": "\u0022` + message + `\u0022"}`,
		"backticks":    strings.ReplaceAll(strings.ReplaceAll(message, "iam:CreateRole", "`iam:CreateRole`"), "arn:aws:iam::111122223333:role/new", "`arn:aws:iam::111122223333:role/new`"),
		"escaped":      `log: {\"a\": \"` + message + `\"}`,
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(want, denial.Find(text)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// utf16Text returns a text in UTF-16, as PowerShell writes it.
func utf16Text(text string, order binary.AppendByteOrder) string {
	var encoded []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		encoded = order.AppendUint16(encoded, unit)
	}
	return string(encoded)
}

func quote(t *testing.T, text string) string {
	t.Helper()
	quoted, err := jsontext.AppendQuote(nil, text)
	if err != nil {
		t.Fatal(err)
	}
	return string(quoted)
}

func TestRole(t *testing.T) {
	for principal, want := range map[string]string{
		"arn:aws:sts::111122223333:assumed-role/api/session":           "api",
		"arn:aws:iam::111122223333:role/service/path/api":              "api",
		"arn:aws-cn:sts::111122223333:assumed-role/api/a@b":            "api",
		"arn:aws:iam::111122223333:user/role/api":                      "",
		"arn:aws:sts::111122223333:federated-user/assumed-role/api/x/": "",
		"anonymous": "",
		"":          "",
	} {
		if got := (denial.Found{Principal: principal}).Role(); got != want {
			t.Errorf("%s: got %q, want %q", principal, got, want)
		}
	}
}

// Whatever a text holds, what is found is bounded by the text, printable, and found again in a text that repeats it.
func FuzzFind(f *testing.F) {
	inputs, _ := filepath.Glob("testdata/*.txt")
	for _, input := range inputs {
		text, err := os.ReadFile(input)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		list := denial.Find(text)
		if len(list) > len(text) {
			t.Errorf("found %d in %d bytes", len(list), len(text))
		}
		const most = 520 * len(`\U0010ffff`)
		for _, found := range list {
			for _, field := range []string{found.Principal, found.Action, found.Resource, string(found.Policy), found.PolicyARN, found.Macro, found.Text} {
				if !utf8.ValidString(field) || len(field) > most || strings.ContainsFunc(field, func(r rune) bool { return !unicode.IsPrint(r) }) {
					t.Errorf("field %q", field)
				}
			}
			if e := found.Explain(); e.Cause == "" && found.Message == nil || e.Remedy == "" || found.Count < 1 || found.Message == nil && found.Action == "" && found.Encoded == "" {
				t.Errorf("got %+v, explained as %+v", found, e)
			}
		}
	})
}

// 10 MB of log take less than a second; of what is hostile, not much more.
func BenchmarkFind(b *testing.B) {
	sam, err := os.ReadFile("testdata/sam-table.txt")
	if err != nil {
		b.Fatal(err)
	}
	trail, err := os.ReadFile("testdata/cloudtrail-records.txt")
	if err != nil {
		b.Fatal(err)
	}
	const size = 10 << 20
	repeat := func(text string) string { return strings.Repeat(text, size/len(text)) }
	for name, text := range map[string]string{
		"log":     repeat(strings.Repeat("2026-11-24T09:00:00Z INFO stack bookshop: resource OrderFunction is being created\n", 50) + string(sam)),
		"trail":   repeat(string(trail)),
		"denials": repeat("User: arn:aws:iam::111122223333:user/x is not authorized to perform: s3:GetObject on resource: *\n"),
		"words":   repeat("authorized API: Transform is not authorized to perform: Encoded authorization "),
		"macros":  repeat("Transform 1::A failed with: "),
		"lists":   repeat("[\n"),
		"objects": repeat("{\"a\":\n"),
		"guard":   repeat("it has no permissions boundary "),
		"escapes": repeat("\x1b["),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				denial.Find(text)
			}
		})
	}
}
