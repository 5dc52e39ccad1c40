package page

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"amplify-boundary/internal/audit"
)

var update = flag.Bool("update", false, "write the golden page")

// sample is an audit with each location, and with names that would be markup.
func sample(t *testing.T) audit.Report {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "audit.json"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := audit.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func pageOf(t *testing.T, r audit.Report) []byte {
	t.Helper()
	r = saved(t, r)
	page, err := HTML(r, nil, "amplify-boundary 0.1.0")
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// saved is a report as it is read from its JSON form, which counts the groups.
func saved(t testing.TB, r audit.Report) audit.Report {
	t.Helper()
	r.Format, r.Roles = audit.Format, append([]audit.Role{}, r.Roles...)
	if r.Scope.Regions == nil {
		r.Scope.Regions = []string{}
	}
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if r, err = audit.Parse(text); err != nil {
		t.Fatal(err)
	}
	return r
}

// element is an element of a page, with the text in it.
type element struct {
	*html.Node
	text string
}

func (e element) attribute(name string) string {
	for _, a := range e.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// elements lists the elements of a page in their order.
func elements(t *testing.T, page []byte) []element {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var list []element
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		var text strings.Builder
		for inner := range n.Descendants() {
			if inner.Type == html.TextNode {
				text.WriteString(inner.Data)
			}
		}
		list = append(list, element{n, strings.Join(strings.Fields(text.String()), " ")})
	}
	return list
}

func TestPage_golden(t *testing.T) {
	got := pageOf(t, sample(t))
	golden := filepath.Join("testdata", "audit.html")
	if *update {
		if err := os.WriteFile(golden, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", golden, diff)
	}
}

// A reader who cannot see the page, or has no network, gets all of it.
func TestPage_markup(t *testing.T) {
	level, ids, targets := 0, map[string]bool{}, []string{}
	for _, e := range elements(t, pageOf(t, sample(t))) {
		switch e.Data {
		case "html":
			if e.attribute("lang") != "en" {
				t.Error("the page has no language")
			}
		case "script", "img", "iframe", "object", "embed", "link", "form", "base":
			t.Errorf("there is an element %s", e.Data)
		case "h1", "h2", "h3", "h4":
			at := int(e.Data[1] - '0')
			if at > level+1 || at == 1 && level != 0 {
				t.Errorf("heading %q of level %d follows one of level %d", e.text, at, level)
			}
			level = at
		case "th":
			if scope := e.attribute("scope"); scope != "col" && scope != "row" {
				t.Errorf("table heading %q has no scope", e.text)
			}
		case "style":
			if strings.Contains(e.text, "url(") || strings.Contains(e.text, "@import") {
				t.Error("the style refers to another file")
			}
		}
		for _, a := range e.Attr {
			switch {
			case a.Key == "id" && ids[a.Val]:
				t.Errorf("the ID %s appears twice", a.Val)
			case a.Key == "id":
				ids[a.Val] = true
			case a.Key == "href" || a.Key == "aria-labelledby":
				targets = append(targets, a.Val)
			case a.Key == "src" || a.Key == "srcset" || a.Key == "style" || strings.HasPrefix(a.Key, "on"):
				t.Errorf("<%s> has an attribute %s", e.Data, a.Key)
			}
		}
	}
	for _, target := range targets {
		if !ids[strings.TrimPrefix(target, "#")] {
			t.Errorf("%s has no target in the page", target)
		}
	}
	if level == 0 || len(targets) < 5 {
		t.Errorf("the page has headings down to level %d, %d targets", level, len(targets))
	}
}

// Each finding says what to do, unchanged, even if a name would be markup. Roles with the same problem share an article.
func TestPage_findings(t *testing.T) {
	r := sample(t)
	var articles []string
	for _, e := range elements(t, pageOf(t, r)) {
		if e.Data == "article" {
			articles = append(articles, e.text)
		}
	}
	for _, role := range r.Roles {
		if !role.Kind.IsFinding() {
			continue
		}
		isShown := slices.ContainsFunc(articles, func(article string) bool {
			return !slices.ContainsFunc([]string{clean(role.Role), string(role.Kind), role.Message, role.Repair, role.Note}, func(part string) bool { return !strings.Contains(article, part) })
		})
		if !isShown {
			t.Errorf("no article shows all of %+v", role)
		}
	}
}

// Many roles with the same problem take one article, and their commands do not fill the page.
func TestPage_same_problem(t *testing.T) {
	var roles []audit.Role
	for i := range 37 {
		name := fmt.Sprint("role-", i)
		roles = append(roles, audit.Role{Kind: audit.Missing, Role: name, Location: audit.Outside, Environment: "prod", Message: "it has no permissions boundary", Repair: "aws iam put --role-name " + name})
	}
	var r audit.Report
	r.Add(roles, false)
	articles, shown := 0, 0
	for _, e := range elements(t, pageOf(t, r)) {
		switch {
		case e.Data == "article":
			articles++
		case e.Data == "pre" && e.Parent.Data != "details":
			shown++
		}
	}
	if articles != 1 || shown != 0 {
		t.Errorf("got %d articles, and %d commands outside of details", articles, shown)
	}
}

// The page begins with the accounts that could not be read, then those with the most findings. The others need a click.
func TestPage_accounts(t *testing.T) {
	read := func(account string, findings int) audit.Report {
		r := audit.Report{Scope: audit.Scope{Account: account, Regions: []string{"eu-west-1"}}}
		roles := []audit.Role{{Account: account, Kind: audit.Right, Role: "web", Location: audit.Outside}}
		for i := range findings {
			roles = append(roles, audit.Role{Account: account, Kind: audit.Missing, Role: fmt.Sprint("orders-", i), Location: audit.Outside})
		}
		r.Add(roles, false)
		return r
	}
	merged := audit.Merge([]audit.Report{read("111122223333", 1), read("222233334444", 0), read("333344445555", 2), unread("access denied")})
	var got []string
	for _, e := range elements(t, pageOf(t, merged)) {
		if e.Data == "h1" || strings.HasPrefix(e.attribute("class"), "summary") || e.Data == "tr" || e.Data == "details" {
			got = append(got, e.text)
		}
	}
	want := []string{"Permissions boundaries of 4 accounts", "3 of 6 roles need attention: 3 high. 1 of 4 accounts could not be read completely.", "AccountNeed attentionof roles", "444455556666not read completely access denied??",
		"33334444555523", "11112222333312", "Accounts without findings: 1 222233334444: 1 role"}
	if diff := cmp.Diff(want, got[:min(len(got), len(want))]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// unread is the audit of an account that could not be read.
func unread(why string) audit.Report {
	return audit.Report{Scope: audit.Scope{Account: "444455556666", Regions: []string{"eu-west-1"}}, Errors: []string{why}}
}

func TestPage_totals(t *testing.T) {
	r := sample(t)
	var tables [][]string
	for _, e := range elements(t, pageOf(t, r)) {
		switch e.Data {
		case "table":
			tables = append(tables, nil)
		case "tr":
			tables[len(tables)-1] = append(tables[len(tables)-1], e.text)
		}
	}
	want := [][]string{
		{"EnvironmentNeed attentionof roles", "dev1 missing, 1 stale23", "prod1 missing, 1 different23", "not known1 missing, 1 unknown23"},
		{"RoleException", "aws-controltower-ConfigRecorderRolecontrol-tower: AWS <creates> it. Until 2027-03-31."},
	}
	if diff := cmp.Diff(want, tables); diff != "" {
		t.Errorf("tables (-want +got):\n%s", diff)
	}
}

func TestPage_summary(t *testing.T) {
	for name, test := range map[string]struct {
		report audit.Report
		want   string
		class  string
	}{
		"nothing":  {audit.Report{}, "There are no roles.", "summary good"},
		"right":    {audit.Report{Totals: audit.Totals{Roles: 3}}, "All 3 roles have the right boundary.", "summary good"},
		"findings": {audit.Report{Totals: audit.Totals{Roles: 3, Findings: 2}}, "2 of 3 roles need attention.", "summary bad"},
		"errors":   {audit.Report{Errors: []string{"x"}}, "There are no roles. Some calls to AWS failed, so the audit is incomplete.", "summary bad"},
	} {
		t.Run(name, func(t *testing.T) {
			for _, e := range elements(t, pageOf(t, test.report)) {
				if class := e.attribute("class"); strings.HasPrefix(class, "summary") {
					if diff := cmp.Diff([]string{test.class, test.want}, []string{class, e.text}); diff != "" {
						t.Error(diff)
					}
					return
				}
			}
			t.Error("the page has no summary")
		})
	}
}

// Text has enough contrast with its background in light mode, in dark mode, and on paper: WCAG 2.2 requires 4.5.
func TestPage_contrast(t *testing.T) {
	schemes := regexp.MustCompile(`(?s):root \{(.*?)\}`).FindAllStringSubmatch(pageText, -1)
	if len(schemes) != 3 {
		t.Fatalf("got %d colour schemes, want 3", len(schemes))
	}
	for i, scheme := range schemes {
		colours := make(map[string]float64)
		for _, c := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6})`).FindAllStringSubmatch(scheme[1], -1) {
			colours[c[1]] = luminance(t, c[2])
		}
		for _, pair := range [][2]string{{"medium", "medium-panel"}, {"low", "low-panel"}, {"text", "page"}, {"text", "panel"}, {"quiet", "page"}, {"quiet", "panel"}, {"link", "page"}, {"bad", "bad-panel"}, {"good", "good-panel"}} {
			a, foundA := colours[pair[0]]
			b, foundB := colours[pair[1]]
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); !foundA || !foundB || ratio < 4.5 {
				t.Errorf("scheme %d: %s on %s has contrast %.2f", i, pair[0], pair[1], ratio)
			}
		}
	}
}

// luminance is the relative luminance of a colour, see https://www.w3.org/TR/WCAG22/#dfn-relative-luminance.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		if c := float64(n) / 255; c <= 0.04045 {
			sum += weight * c / 12.92
		} else {
			sum += weight * math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return sum
}

// chromium returns a browser: the program that the environment variable CHROMIUM names, or Debian's otherwise.
func chromium(t *testing.T) string {
	t.Helper()
	program := os.Getenv("CHROMIUM")
	if program == "" {
		program = "chromium"
	}
	path, err := exec.LookPath(program)
	if err != nil {
		t.Skipf("there is no browser to test the page with (%v); install chromium, or set CHROMIUM to one", err)
	}
	return path
}

// measure runs in a page around the report's page, and writes how the browser shows it.
const measure = `<!DOCTYPE html><iframe id="page" src="/page" style="width:%dpx;height:900px;border:0"></iframe><pre id="result"></pre>
<script>onload = () => {
  const inner = document.getElementById("page").contentDocument, root = inner.documentElement;
  const wide = [...inner.querySelectorAll("main *")].filter(e => !e.closest(".scroll") && e.getBoundingClientRect().right > root.clientWidth + 1);
  document.getElementById("result").textContent = JSON.stringify({
    Width: root.scrollWidth, Wide: wide.map(e => e.outerHTML.slice(0, 80)), Findings: inner.querySelectorAll("article").length,
    Scripts: inner.scripts.length, Background: inner.defaultView.getComputedStyle(inner.body).backgroundColor });
}</script>`

// A browser shows the page at the width of a phone and of a desktop, with nothing cut off.
func TestPage_browser(t *testing.T) {
	program := chromium(t)
	page := pageOf(t, sample(t))
	many := pageOf(t, audit.Merge([]audit.Report{unread("assume role arn:aws:iam::444455556666:role/AmplifyBoundaryAudit: access denied"), sample(t)}))
	for _, test := range []struct {
		page       []byte
		width      int
		scheme     string // of Chromium's setting preferredColorScheme
		background string
	}{{page, 390, "1", "rgb(255, 255, 255)"}, {page, 390, "0", "rgb(20, 23, 26)"}, {page, 1280, "1", "rgb(255, 255, 255)"}, {many, 390, "1", "rgb(255, 255, 255)"}} {
		t.Run(fmt.Sprintf("%d_%s", test.width, test.scheme), func(t *testing.T) {
			var mutex sync.Mutex
			var asked []string
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				mutex.Lock()
				asked = append(asked, r.URL.Path)
				mutex.Unlock()
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				if r.URL.Path == "/page" {
					_, _ = w.Write(test.page)
					return
				}
				fmt.Fprintf(w, measure, test.width)
			}))
			defer server.Close()
			command := exec.CommandContext(t.Context(), program, "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+t.TempDir(),
				"--blink-settings=preferredColorScheme="+test.scheme, "--window-size=1600,1000", "--virtual-time-budget=10000", "--dump-dom", server.URL+"/")
			out, err := command.Output()
			if err != nil {
				t.Fatalf("%s: %v", command, err)
			}
			var got struct {
				Width, Findings, Scripts int
				Wide                     []string
				Background               string
			}
			for _, e := range elements(t, out) {
				if e.attribute("id") == "result" {
					if err := json.Unmarshal([]byte(e.text), &got); err != nil {
						t.Fatalf("%v: %s", err, out)
					}
				}
			}
			if got.Width > test.width || len(got.Wide) > 0 || got.Findings != 6 || got.Scripts != 0 || got.Background != test.background {
				t.Errorf("got %+v", got)
			}
			mutex.Lock()
			defer mutex.Unlock()
			asked = slices.DeleteFunc(asked, func(path string) bool { return path == "/favicon.ico" })
			if diff := cmp.Diff([]string{"/", "/page"}, asked); diff != "" {
				t.Errorf("asked for (-want +got):\n%s", diff)
			}
		})
	}
}

// The page's cost grows with the number of roles, whatever the number of environments.
func BenchmarkPage(b *testing.B) {
	for _, environments := range []int{500, 5000} {
		b.Run(strconv.Itoa(environments), func(b *testing.B) {
			var roles []audit.Role
			for i := range 5 * environments {
				roles = append(roles, audit.Role{Kind: audit.Kinds()[i%5], Role: fmt.Sprint("role-", i), Location: audit.InStack, Stack: fmt.Sprint("stack-", i/5),
					Root: fmt.Sprint("stack-", i/5), Region: "eu-west-1", Environment: fmt.Sprint("environment-", i/5)})
			}
			var r audit.Report
			r.Add(roles, true)
			r = saved(b, r)
			for b.Loop() {
				if _, err := HTML(r, nil, "amplify-boundary 0.1.0"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
