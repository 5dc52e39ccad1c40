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

	"amplify-boundary/transform"
)

// speaking lists the packages whose messages authors of templates and deployers may read.
var speaking = []string{
	"transform", "internal/declare", "internal/environment", "internal/boundary", "internal/registry", "internal/macro", "internal/nested", "internal/guard", "internal/awsapi", "internal/cfn",
}

// troubleshooting.md explains every message.
func TestMessagesAreExplained(t *testing.T) {
	entries := explained(read(t, "docs/troubleshooting.md"))
	found := 0
	for _, dir := range speaking {
		for _, m := range messages(t, dir) {
			found++
			if !covers(entries, m) {
				t.Errorf("docs/troubleshooting.md does not explain a message of %s: %s", dir, m)
			}
		}
	}
	for _, m := range append(problems(), goldens(t)...) {
		found++
		if !covers(entries, m) {
			t.Errorf("docs/troubleshooting.md does not explain: %s", m)
		}
	}
	if found < 100 {
		t.Errorf("found only %d messages", found)
	}
}

// troubleshooting.md explains only messages that exist. Those of CloudFormation and IAM cannot be checked.
func TestExplainedMessagesExist(t *testing.T) {
	page := read(t, "docs/troubleshooting.md")
	_, ours, found := strings.Cut(string(page.source), "\n## Messages of the macro\n")
	if !found {
		t.Fatal("there is no section of the macro's messages")
	}
	said := append(problems(), goldens(t)...)
	for _, dir := range append([]string{"internal/intrinsic", "internal/atomicfile", "internal/template"}, speaking...) {
		said = append(said, texts(t, dir, literal)...)
	}
	for _, e := range explained(parse("ours.md", []byte(ours))) {
		if !slices.ContainsFunc(said, e.MatchString) {
			t.Errorf("docs/troubleshooting.md explains a message that does not exist: %s", e)
		}
	}
}

// code matches code within a line.
var code = regexp.MustCompile("`([^`\n]+)`")

// explained returns patterns of the messages in the first columns of a page's tables.
func explained(d document) []*regexp.Regexp {
	var list []*regexp.Regexp
	for line := range strings.Lines(string(d.source)) {
		if !strings.HasPrefix(line, "| ") {
			continue
		}
		first, _, _ := strings.Cut(line[1:], " |")
		for _, match := range code.FindAllStringSubmatch(first, -1) {
			if literal := strings.Trim(match[1], "… "); strings.Count(literal, " ") < 1 && !strings.Contains(literal, "::") {
				continue // a name, which occurs in many messages
			}
			list = append(list, regexp.MustCompile(strings.ReplaceAll(regexp.QuoteMeta(strings.Trim(match[1], "… ")), "…", ".+")))
		}
	}
	return list
}

func covers(entries []*regexp.Regexp, message string) bool {
	return slices.ContainsFunc(entries, func(e *regexp.Regexp) bool { return e.MatchString(message) })
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
		called, is := node.Fun.(*ast.SelectorExpr)
		if !is || len(node.Args) == 0 {
			return ""
		}
		if of, is := called.X.(*ast.Ident); is && (of.Name == "errors" && called.Sel.Name == "New" || of.Name == "fmt" && called.Sel.Name == "Errorf") {
			return literal(node.Args[0])
		}
	case *ast.CompositeLit: // of package nested
		if of, is := node.Type.(*ast.Ident); is && of.Name == "problem" && len(node.Elts) > 0 {
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
	default:
		return "x"
	}
}
