package audit_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"amplify-boundary/internal/test/commandtest"
)

func TestReport(t *testing.T) {
	sample := filepath.Join("..", "..", "audit", "page", "testdata", "audit.json")
	text, err := os.ReadFile(sample)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join("..", "..", "audit", "page", "testdata", "audit.html"))
	if err != nil {
		t.Fatal(err)
	}
	const summary = "4 stacks, 9 roles, 6 findings (3 missing, 1 different, 1 stale, 1 unknown), 1 excepted; of the other roles, 1 in stacks that do not declare the macro; some calls failed, so the audit is incomplete\n"
	const ended = "amplify-boundary: warning: exception break-glass ended on 2026-10-31: its roles are compared again\n"
	page := filepath.Join(t.TempDir(), "page.html")
	for name, test := range map[string]struct {
		file  string
		input []byte
	}{"file": {sample, nil}, "standard_input": {"-", text}} {
		t.Run(name, func(t *testing.T) {
			exit, out, errors := commandtest.Run(t, nil, test.input, "report", "--to", page, test.file)
			if exit != 0 || out != "" || errors != "amplify-boundary: "+page+" was written: "+summary+ended {
				t.Errorf("got exit code %d\n%s%s", exit, out, errors)
			}
			if got, err := os.ReadFile(page); err != nil || string(got) != string(want) {
				t.Errorf("got %s, %v", got, err)
			}
		})
	}
	if exit, out, errors := commandtest.Run(t, nil, text, "report", "--to", "-", "-"); exit != 0 || out != string(want) || errors != ended {
		t.Errorf("to standard output: got exit code %d\n%s%s", exit, out, errors)
	}
}

// A file that is not an audit leaves the page unchanged.
func TestReport_error(t *testing.T) {
	const before = "before"
	page := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(page, []byte(before), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		input     string
		arguments []string
		exit      int
		want      string
	}{
		"not_json":     {"{", []string{"--to", page, "-"}, 1, "error: standard input: it is not the result of an audit; write one with: amplify-boundary audit --output json"},
		"not_an_audit": {`{"findings": []}`, []string{"--to", page, "-"}, 1, "error: standard input: it is not the result of an audit; write one with: amplify-boundary audit --output json"},
		"newer":        {`{"format": 7}`, []string{"--to", page, "-"}, 1, "error: standard input: it has format 7, and this version reads format 1"},
		"no_such_file": {"", []string{"--to", page, "gone.json"}, 1, "gone.json"},
		"bad_flag":     {"", []string{"--to", page, "--environment", "_x"}, 1, "--environment is"},
		"no_page":      {"", nil, 2, "--to is required"},
		"empty_page":   {"", []string{"--to", "", "-"}, 1, "it is empty"},
		"flag_of_run":  {"", []string{"--to", page, "--regions", "all", "x.json"}, 2, "--regions is for an audit that runs now, and cannot be used with x.json"},
		"two_files":    {"", []string{"--to", page, "x.json", "y.json"}, 2, "at most one AUDIT.json"},
	} {
		t.Run(name, func(t *testing.T) {
			exit, out, errors := commandtest.Run(t, nil, []byte(test.input), append([]string{"report"}, test.arguments...)...)
			if exit != test.exit || out != "" || !strings.Contains(errors, test.want) {
				t.Errorf("got exit code %d, want %d\n%s%s", exit, test.exit, out, errors)
			}
			if got, err := os.ReadFile(page); err != nil || string(got) != before {
				t.Errorf("the page is %q now, %v", got, err)
			}
		})
	}
	sample := filepath.Join("..", "..", "audit", "page", "testdata", "audit.json")
	missing := filepath.Join(t.TempDir(), "none", "page.html")
	if exit, _, errors := commandtest.Run(t, nil, nil, "report", "--to", missing, sample); exit != 1 || !strings.Contains(errors, missing) {
		t.Errorf("a folder that does not exist: got exit code %d\n%s", exit, errors)
	}
}

// The page first shows the sentence for a manager, then the roles. Nothing of the file is markup, or forges text.
func TestReport_impact(t *testing.T) {
	sample := filepath.Join("..", "..", "audit", "page", "testdata", "audit.json")
	file := filepath.Join(t.TempDir(), "impact.json")
	const hostile = `<script>alert(1)</script>\u202egnp`
	text := `{"format":1,"scope":{"account":"` + hostile + `","environments":["` + hostile + `"],"boundary":"` + hostile + `","days":90,"time":"` + hostile + `"},"errors":["` + hostile + `"],
		"totals":{"roles":41,"losing":3,"actions":5,"lost":6},"uses":[{"role":"` + hostile + `","stack":"` + hostile + `","action":"` + hostile + `","lastUsed":"` + hostile + `","result":"lost","message":"` + hostile + `"}]}`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	exit, out, errors := commandtest.Run(t, nil, nil, "report", "--to", "-", "--impact", file, sample)
	if exit != 0 {
		t.Fatalf("got exit code %d\n%s", exit, errors)
	}
	rest := out
	for _, want := range []string{`<p class="summary bad">3 of 41 roles would lose 5 actions that they used in the last 90 days.</p>`, "6 of 9 roles need attention",
		`<h2 id="impact">`, `<code>&lt;script&gt;alert(1)&lt;/script&gt;\u202egnp</code></th>`, `<h2 id="totals">`} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("there is no %s, or not in this order:\n%s", want, out)
		}
		rest = after
	}
	if strings.Contains(out, "<script") || strings.Contains(out, "\u202e") {
		t.Error("the page has what the file has")
	}

	const advice = "it is not the result of impact; write one with: amplify-boundary impact --output json"
	exit, out, errors = commandtest.Run(t, nil, []byte(`{"format":1,"roles":[]}`), "report", "--to", "-", "--impact", "-", sample)
	if want := "amplify-boundary: error: standard input: " + advice + "\n"; exit != 1 || out != "" || errors != want {
		t.Errorf("got exit code %d\n%s%s", exit, out, errors)
	}
}
