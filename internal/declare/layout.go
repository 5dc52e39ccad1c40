package declare

import (
	"bytes"
	"cmp"
	"strings"
	"unicode/utf8"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/lazyregexp"
	"amplify-boundary/internal/template"
)

// layout is where a template file has its sections and its transforms.
type layout struct {
	text     []byte // the file, without a byte order mark
	spelling spelling
	block    bool       // YAML in block style: sections are whole lines, after the indentation
	indent   string     // in block style
	sections []cfn.Span // each with its name
	version  bool       // whether the first section is the version of the format
	section  int        // which of them is Transform; -1 where none is
	value    value      // of that section
}

// value is the value of the Transform section, or one of its transforms.
type value struct {
	at     cfn.Span // not found where the end is unknown, as with a YAML block scalar
	style  style
	indent int // in block style: the column of its dashes or keys, from 0
	items  []item
}

type style byte

const (
	single    style = iota // one transform: a scalar, or an object in braces
	flowList               // [a, b]
	blockList              // whole lines that begin with dashes
	blockMap               // one transform: whole lines
)

// item is a transform that the section lists.
type item struct {
	whole      cfn.Span            // whole lines in a list in block style; otherwise the value
	at         cfn.Span            // of the value; not found where the end is unknown
	parameters map[string]cfn.Span // of the values of its parameters, as far as they are strings with a known end
}

// layoutOf finds the layout of a template.
func layoutOf(document *template.Document) layout {
	text := bytes.TrimPrefix(document.File(), []byte("\uFEFF"))
	if root := document.YAML(); root != nil {
		return yamlLayout(text, root)
	}
	return jsonLayout(text, document)
}

// newLine inserts a line before another one, or at the end of the text.
func (l *layout) newLine(at int, line string) cfn.Edit {
	if at == len(l.text) && !endsLine(l.text) {
		return insertion(at, l.lineBreak()+line)
	}
	return insertion(at, line+l.lineBreak())
}

// lineBreak returns the line break of the text.
func (l *layout) lineBreak() string { return cmp.Or(string(lineBreak().Find(l.text)), "\n") }

// spaceBefore returns the white space before an offset.
func (l *layout) spaceBefore(at int) string {
	before := l.text[:at]
	return string(before[len(bytes.TrimRight(before, space)):])
}

// White space, and the line breaks in it, of YAML 1.1; JSON has fewer.
const (
	lineBreaks = "\r\n\u0085\u2028\u2029"
	space      = " \t" + lineBreaks
)

var lineBreak = lazyregexp.New(`\r\n|[` + lineBreaks + `]`)

func endsLine(text []byte) bool {
	last, _ := utf8.DecodeLastRune(text)
	return strings.ContainsRune(lineBreaks, last)
}

func insertion(at int, text string) cfn.Edit {
	return cfn.Edit{At: cfn.Span{Start: at, End: at}, Text: []byte(text)}
}
