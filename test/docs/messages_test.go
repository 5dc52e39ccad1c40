package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"amplify-boundary/internal/denial"
	"amplify-boundary/transform"
)

// speaking lists the packages whose messages authors of templates and deployers may read.
var speaking = []string{
	"transform", "internal/declare", "internal/environment", "internal/boundary", "internal/registry", "internal/macro", "internal/nested", "internal/guard", "internal/awsapi", "internal/cfn",
}

// troubleshooting.md explains every message.
func TestMessagesAreExplained(t *testing.T) {
	found := 0
	for _, dir := range speaking {
		for _, m := range messages(t, dir) {
			found++
			if !isExplained(m) {
				t.Errorf("internal/denial does not explain a message of %s: %s", dir, m)
			}
		}
	}
	for _, m := range append(problems(), goldens(t)...) {
		found++
		if !isExplained(m) {
			t.Errorf("internal/denial does not explain: %s", m)
		}
	}
	if found < 100 {
		t.Errorf("found only %d messages", found)
	}
}

// Only messages that exist are explained. Those of CloudFormation cannot be checked.
func TestExplainedMessagesExist(t *testing.T) {
	said := append(problems(), goldens(t)...)
	for _, dir := range append([]string{"internal/intrinsic", "internal/atomicfile", "internal/template"}, speaking...) {
		said = append(said, texts(t, dir, literal)...)
	}
	for _, m := range denial.Messages() {
		for _, text := range m.Patterns() {
			if m.Section != denial.CloudFormation && !slices.ContainsFunc(said, pattern(text).MatchString) {
				t.Errorf("a message is explained that does not exist: %s", text)
			}
		}
	}
}

// troubleshooting.md has the messages of internal/denial, in a list below the title of each section.
func TestTroubleshootingHasTheMessages(t *testing.T) {
	page := read(t, "docs/troubleshooting.md")
	sections := make(map[string]string)
	for _, m := range denial.Messages() {
		sections[m.Section] += item(m.Says + ": " + m.Means + " " + m.Do)
	}
	source := string(page.source)
	for section, want := range sections {
		_, rest, found := strings.Cut(source, "# "+section+"\n")
		list := regexp.MustCompile(`(?m)^(- .*\n(  .*\n)*)+`).FindString(rest)
		if !found || list == "" {
			t.Errorf("docs/troubleshooting.md has no list of section %s", section)
			continue
		}
		if diff := cmp.Diff(want, list); diff != "" && !*update {
			t.Errorf("%s (-internal/denial +docs/troubleshooting.md; -update writes the page):\n%s", section, diff)
		}
		source = strings.Replace(source, list, want, 1)
	}
	if *update && source != string(page.source) {
		if err := os.WriteFile(filepath.Join(root, page.path), []byte(source), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// item returns an item of a list of Markdown, in lines of at most 120 characters.
func item(text string) string {
	var lines strings.Builder
	line := "-"
	for _, word := range strings.Fields(text) {
		if utf8.RuneCountInString(line+" "+word) > 120 {
			lines.WriteString(line + "\n")
			line = " "
		}
		line += " " + word
	}
	return lines.String() + line + "\n"
}

// code matches code within a line.
var code = regexp.MustCompile("`([^`\n]+)`")

// pattern matches a message that is explained.
func pattern(text string) *regexp.Regexp {
	return regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(strings.Trim(text, "… ")), "…", ".+"))
}

func isExplained(message string) bool {
	return slices.ContainsFunc(denial.Messages(), func(m denial.Message) bool {
		return slices.ContainsFunc(m.Patterns(), func(text string) bool { return pattern(text).MatchString(message) })
	})
}

// problems returns the message about each problem that a resource can have.
func problems() []string {
	var list []string
	for p := transform.TooManyResources; p <= transform.DoubtfulBoundary; p++ {
		r := transform.Resource{LogicalID: "Role", Type: "AWS::Serverless::Function"}
		message := transform.FaultsMessage("M", []transform.Fault{{Resource: r, Problem: p}})
		_, within, _ := strings.Cut(message, "Role: ")
		list = append(list, within)
	}
	return list
}

// goldens returns the messages of the golden pairs that are refused.
func goldens(t *testing.T) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, "transform/testdata/*/*.golden.txt"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no golden messages: %v", err)
	}
	var list []string
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(text))
	}
	return list
}

// verb matches a verb of package fmt.
var verb = regexp.MustCompile(`%[+#.0-9]*[a-z]`)

// word matches a word of a message, but not the x for a verb.
var word = regexp.MustCompile(`[A-Za-z]{2,}`)

// messages returns the texts of at least three words from which a package makes errors. A shorter text only joins other
// messages.
func messages(t *testing.T, dir string) []string {
	t.Helper()
	return slices.DeleteFunc(texts(t, dir, made), func(text string) bool { return len(word.FindAllString(text, -1)) < 3 })
}

// texts returns what find returns for the nodes of a package's code, with x for the verbs of package fmt.
func texts(t *testing.T, dir string, find func(ast.Node) string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if text := find(node); text != "" {
				list = append(list, verb.ReplaceAllString(text, "x"))
			}
			return true
		})
	}
	return list
}

// made returns the text from which an expression makes an error, or "".
func made(node ast.Node) string {
	switch node := node.(type) {
	case *ast.CallExpr:
		if called, is := node.Fun.(*ast.Ident); is { // of package guard
			switch {
			case called.Name == "fails" && len(node.Args) == 1:
				return literal(node.Args[0])
			case called.Name == "failed" && len(node.Args) == 4:
				return literal(node.Args[2])
			}
		}
		called, is := node.Fun.(*ast.SelectorExpr)
		if !is || len(node.Args) == 0 {
			return ""
		}
		if of, is := called.X.(*ast.Ident); is && (of.Name == "errors" && called.Sel.Name == "New" || of.Name == "fmt" && called.Sel.Name == "Errorf") {
			return literal(node.Args[0])
		}
	case *ast.FuncDecl:
		if slices.Contains([]string{"Error", "Reason"}, node.Name.Name) && len(node.Body.List) == 1 {
			if returned, is := node.Body.List[0].(*ast.ReturnStmt); is {
				return literal(returned.Results[0])
			}
		}
	case *ast.CompositeLit: // of package nested
		if of, is := node.Type.(*ast.Ident); is && of.Name == "reason" && len(node.Elts) > 0 {
			return literal(node.Elts[0])
		}
	}
	return ""
}

// literal is a text that is written out, in parts or whole, with x for the rest.
func literal(node ast.Node) string {
	switch e := node.(type) {
	case *ast.BasicLit:
		text, _ := strconv.Unquote(e.Value)
		return text
	case *ast.BinaryExpr:
		return literal(e.X) + literal(e.Y)
	case *ast.CallExpr:
		if called, is := e.Fun.(*ast.SelectorExpr); is && called.Sel.Name == "Sprintf" {
			return literal(e.Args[0])
		}
		return "x"
	default:
		return "x"
	}
}
