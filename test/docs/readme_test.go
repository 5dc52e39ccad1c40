package docs

import (
	"bytes"
	"strings"
	"testing"
)

// readmeWords is the limit on README: it is an introduction, and the pages are the reference.
const readmeWords = 700

func TestReadmeIsShort(t *testing.T) {
	if got := words(read(t, "README.md")); got > readmeWords {
		t.Errorf("README.md has %d words outside its blocks of code, more than %d: move something to a page", got, readmeWords)
	}
}

// words counts the words outside blocks of code, marks of tables and links included.
func words(d document) int {
	n, from := 0, 0
	for _, b := range append(d.blocks, block{start: len(d.source)}) {
		for line := range bytes.Lines(d.source[from:b.start]) {
			if !bytes.HasPrefix(line, []byte("```")) {
				n += len(bytes.Fields(line))
			}
		}
		from = b.end
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
