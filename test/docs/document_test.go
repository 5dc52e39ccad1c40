// Package docs tests the documentation: links have a target, and shell blocks that are marked as runnable run and print what
// the page shows.
package docs

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

// root is the path of the module's root from here.
const root = "../.."

// A document is a page in Markdown.
type document struct {
	path    string // from the module's root, with slashes
	source  []byte
	links   []string
	anchors map[string]bool // as GitHub makes them of headings
	blocks  []block
}

// A block is a fenced block of code, or a comment that begins with "run" and has commands that readers do not see, which set
// up what the page assumes.
type block struct {
	info       string
	text       string
	start, end int // of its lines in the source
	line       int // of its first line
}

const hidden = "hidden"

// pages returns the pages for readers.
func pages(t *testing.T) []document {
	t.Helper()
	var list []document
	for _, pattern := range []string{"*.md", "docs/*.md", "examples/*.md"} {
		paths, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			list = append(list, read(t, strings.TrimPrefix(filepath.ToSlash(path), root+"/")))
		}
	}
	if len(list) < 10 {
		t.Fatalf("found only %d pages", len(list))
	}
	return list
}

func read(t *testing.T, path string) document {
	t.Helper()
	source, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	return parse(path, source)
}

func parse(path string, source []byte) document {
	d := document{path: path, source: source, anchors: map[string]bool{}}
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM))
	_ = ast.Walk(markdown.Parser().Parse(text.NewReader(source)), func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			d.add(node)
		}
		return ast.WalkContinue, nil
	})
	return d
}

func (d *document) add(node ast.Node) {
	switch node := node.(type) {
	case *ast.Link:
		d.links = append(d.links, string(node.Destination))
	case *ast.Image:
		d.links = append(d.links, string(node.Destination))
	case *ast.AutoLink:
		d.links = append(d.links, string(node.URL(d.source)))
	case *ast.Heading:
		d.anchors[anchor(string(node.Lines().Value(d.source)))] = true
	case *ast.FencedCodeBlock:
		info, after := "", 0
		if node.Info != nil {
			info, after = string(node.Info.Value(d.source)), node.Info.Segment.Stop+len("\n")
		}
		d.addBlock(info, node.Lines(), after)
	case *ast.HTMLBlock:
		if lines := node.Lines(); bytes.HasPrefix(lines.Value(d.source), []byte("<!-- run\n")) {
			within := text.NewSegments()
			within.AppendAll(lines.Sliced(1, lines.Len()))
			d.addBlock(hidden, within, 0)
		}
	}
}

// addBlock adds a block, which begins at an offset if it has no lines.
func (d *document) addBlock(info string, lines *text.Segments, offset int) {
	b := block{info: info, text: string(lines.Value(d.source)), start: offset, end: offset}
	if lines.Len() > 0 {
		b.start, b.end = lines.At(0).Start, lines.At(lines.Len()-1).Stop
	}
	b.line = bytes.Count(d.source[:b.start], []byte("\n")) + 1
	d.blocks = append(d.blocks, b)
}

var (
	linkText    = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	punctuation = regexp.MustCompile(`[^\p{L}\p{N}_ -]`)
)

// anchor returns GitHub's anchor of a heading.
func anchor(heading string) string {
	heading = linkText.ReplaceAllString(heading, "$1")
	return strings.ReplaceAll(punctuation.ReplaceAllString(strings.ToLower(heading), ""), " ", "-")
}

func TestAnchor(t *testing.T) {
	for heading, want := range map[string]string{
		"With an Amplify Gen 1 project":   "with-an-amplify-gen-1-project",
		"What is proven, and what is not": "what-is-proven-and-what-is-not",
		"`env add` in [this](page.md)":    "env-add-in-this",
		"0.1.0 - unreleased":              "010---unreleased",
	} {
		if got := anchor(heading); got != want {
			t.Errorf("%s: got %s, want %s", heading, got, want)
		}
	}
}
