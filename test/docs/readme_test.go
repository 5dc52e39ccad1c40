package docs

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

// readmeWords is the limit on README: it is an introduction, and the pages are the reference.
const readmeWords = 700

func TestReadmeIsShort(t *testing.T) {
	if got := words(read(t, "README.md")); got > readmeWords {
		t.Errorf("README.md has %d words outside its blocks of code, more than %d: move something to a page", got, readmeWords)
	}
}

// docsWords is the limit on all pages in docs together, except the generated reference.
const docsWords = 9500

func TestDocsAreShort(t *testing.T) {
	sum := 0
	for _, d := range pages(t) {
		if strings.HasPrefix(d.path, "docs/") && d.path != generated {
			sum += words(d)
		}
	}
	if t.Logf("%d words", sum); sum > docsWords || sum < docsWords/2 {
		t.Errorf("docs has %d words outside blocks of code, want at most %d: shorten a page", sum, docsWords)
	}
}

const generated = "docs/commands.md"

// lineLimit is the length, in characters, at which the pages wrap lines of prose.
const lineLimit = 120

// unwrapped matches what cannot be wrapped: a row of a table, and a line with a link alone.
var unwrapped = regexp.MustCompile(`^(\||<|!\[|[-\s]*\[[^\]]*\]\(\S*\)\S*$)`)

// Prose is wrapped, does not run into a table, and has American spelling in no word.
func TestProse(t *testing.T) {
	for _, d := range pages(t) {
		if d.path == generated {
			continue
		}
		lines := d.prose()
		for number, line := range lines {
			if n := utf8.RuneCountInString(line); n > lineLimit && !unwrapped.MatchString(line) {
				t.Errorf("%s:%d: the line has %d characters, more than %d", d.path, number, n, lineLimit)
			}
			if before := lines[number-1]; strings.HasPrefix(before, "|") && line != "" && !strings.HasPrefix(line, "|") {
				t.Errorf("%s:%d: a line directly after a table is shown as its last row: leave a line empty", d.path, number)
			}
			if word := american.FindString(notProse.ReplaceAllString(line, "")); word != "" && !strings.HasPrefix(line, "<") {
				t.Errorf("%s:%d: %q is American: the pages have British spelling", d.path, number, word)
			}
		}
	}
}

// notProse matches code and the addresses of links.
var notProse = regexp.MustCompile("`[^`]+`|\\]\\([^)]*\\)")

// american matches words that British spelling writes otherwise. AWS's names begin with a capital.
var american = regexp.MustCompile(`\b[a-z]*(?:organiz|recogniz|customiz|authoriz(?:e|ed|es|ing)\b|behavior|color\b|colors|center|canceled|labeled|favor|gray)[a-z]*`)

// prose returns the lines outside blocks of code, by number.
func (d document) prose() map[int]string {
	lines := make(map[int]string)
	from := 0
	for _, b := range append(d.blocks, block{start: len(d.source)}) {
		number := bytes.Count(d.source[:from], []byte("\n")) + 1
		for line := range bytes.Lines(d.source[from:b.start]) {
			if !bytes.HasPrefix(line, []byte("```")) {
				lines[number] = strings.TrimSuffix(string(line), "\n")
			}
			number++
		}
		from = b.end
	}
	return lines
}

// words counts the words outside blocks of code, marks of tables and links included.
func words(d document) int {
	n := 0
	for _, line := range d.prose() {
		n += len(strings.Fields(line))
	}
	return n
}

func TestWords(t *testing.T) {
	if got := words(parse("page.md", []byte("One two.\n\n```sh run\nthree four\n```\n\nFive | six.\n"))); got != 5 {
		t.Errorf("got %d words, want 5", got)
	}
}

// A reader sees the picture with little scrolling.
func TestReadmeBeginsWithThePicture(t *testing.T) {
	const screen = 45 // lines
	for _, b := range read(t, "README.md").blocks {
		if b.info == "mermaid" {
			if last := b.line + strings.Count(b.text, "\n"); last > screen {
				t.Errorf("the picture ends on line %d, after line %d", last, screen)
			}
			return
		}
	}
	t.Error("README.md has no picture")
}
