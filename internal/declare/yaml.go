package declare

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/lazyregexp"
)

// yamlReader finds where the values of a file in YAML end. The YAML library has the line and the column at which each value
// begins. What the reader finds need not be right where the file is written in an unusual way: [Section.edited] checks it.
type yamlReader struct {
	text  []byte
	lines []int // where each line begins, and where the last one ends

	line, column, at int // the position, from 1, and the offset of the last node
}

// yamlLayout finds the layout of a template in YAML.
func yamlLayout(text []byte, root *yaml.Node) layout {
	r := &yamlReader{text: text, lines: lineStarts(text)}
	l := layout{text: text, section: -1, spelling: spacedJSON, block: !isFlow(root), version: root.Content[0].Value == cfn.SectionVersion}
	var keys []*yaml.Node
	for _, m := range members(root) {
		keys = append(keys, m[0])
	}
	if l.block {
		first := text[r.lines[keys[0].Line-1]:]
		l.spelling, l.indent = plainYAML, string(first[:len(first)-len(bytes.TrimLeft(first, " "))])
		l.sections = r.blockSpans(keys, len(l.indent), r.documentEnd(root))
	} else {
		l.sections = r.flowSpans(keys, bytes.LastIndexByte(text, '}'))
	}
	for i, m := range members(root) {
		if m[0].Value == cfn.SectionTransform { // the last one counts
			l.section, l.value = i, r.value(m[1], l.sections[i].End)
		}
	}
	return l
}

// value finds the transforms of the Transform section, which ends at an offset.
func (r *yamlReader) value(node *yaml.Node, end int) value {
	v := value{at: r.span(node, end), indent: node.Column - 1}
	switch {
	case node.Kind == yaml.SequenceNode && isFlow(node):
		v.style = flowList
		for i, at := range r.flowSpans(node.Content, v.at.End-1) {
			v.items = append(v.items, r.item(node.Content[i], at, at.End))
		}
	case node.Kind == yaml.SequenceNode:
		v.style = blockList
		for i, at := range r.blockSpans(r.dashes(node), v.indent, slices.Index(r.lines, end)+1) {
			v.items = append(v.items, r.item(node.Content[i], at, at.End))
		}
	default:
		if node.Kind == yaml.MappingNode && !isFlow(node) {
			v.style = blockMap
		}
		v.items = []item{r.item(node, v.at, end)}
	}
	return v
}

func (r *yamlReader) item(node *yaml.Node, whole cfn.Span, end int) item {
	i := item{whole: whole, at: r.span(node, end), parameters: make(map[string]cfn.Span)}
	for _, declared := range members(node) {
		if declared[0].Value != cfn.TransformParameters {
			continue
		}
		clear(i.parameters) // the last one counts
		for _, parameter := range members(declared[1]) {
			if parameter[1].Kind == yaml.ScalarNode {
				i.parameters[parameter[0].Value] = r.span(parameter[1], end)
			}
		}
	}
	return i
}

// span returns where a value is that ends at an offset or before it. It is not found where a scalar has several lines.
func (r *yamlReader) span(node *yaml.Node, end int) cfn.Span {
	start := r.offset(node)
	text := r.text[start:max(start, end)]
	switch {
	case node.Kind == yaml.ScalarNode:
		properties := tagsAndAnchors().Find(text)
		for _, spelled := range []string{node.Value, `"` + node.Value + `"`, "'" + strings.ReplaceAll(node.Value, "'", "''") + "'"} {
			if bytes.HasPrefix(text[len(properties):], []byte(spelled)) {
				return cfn.Span{Start: start, End: start + len(properties) + len(spelled)}
			}
		}
	case isFlow(node):
		if at := lastBracket().FindIndex(text); at != nil {
			return cfn.Span{Start: start, End: start + at[0] + 1}
		}
	default:
		return cfn.Span{Start: start, End: start + len(bytes.TrimRight(text, space))}
	}
	return cfn.Span{}
}

var (
	tagsAndAnchors = lazyregexp.New(`^([!&][^` + space + `]*[` + space + `]+)*`)
	lastBracket    = lazyregexp.New(`[\]}][` + space + `]*(#[^` + lineBreaks + `]*[` + space + `]*)*$`) // with nothing but comments after it
)

// flowSpans returns where the entries of a collection in brackets are, given the nodes with which they begin and the offset of
// the closing bracket.
func (r *yamlReader) flowSpans(starts []*yaml.Node, end int) []cfn.Span {
	spans := make([]cfn.Span, len(starts))
	for i, node := range starts {
		spans[i].Start = r.offset(node)
	}
	for i := len(spans) - 1; i >= 0; i-- {
		text := bytes.TrimRight(r.text[spans[i].Start:max(spans[i].Start, end)], space)
		text = bytes.TrimRight(bytes.TrimSuffix(text, []byte(",")), space)
		spans[i].End, end = spans[i].Start+len(text), spans[i].Start
	}
	return spans
}

// blockSpans returns the lines of the entries of a collection in block style, given the nodes with which they begin, their
// column from 0, and the line after the last one. Blank lines and comments after an entry do not belong to it, but a comment
// that is indented deeper than the entry can be a part of a block scalar.
func (r *yamlReader) blockSpans(starts []*yaml.Node, column, stop int) []cfn.Span {
	spans := make([]cfn.Span, len(starts))
	for i := len(starts) - 1; i >= 0; i-- {
		first, last := starts[i].Line, stop-1
		for ; last > first; last-- {
			line := r.text[r.lines[last-1]:r.lines[last]]
			rest := bytes.TrimLeft(line, " ")
			isComment := bytes.HasPrefix(rest, []byte("#")) && len(line)-len(rest) <= column
			if !isComment && len(bytes.TrimSpace(line)) > 0 {
				break
			}
		}
		spans[i] = cfn.Span{Start: r.lines[first-1], End: r.lines[last]}
		stop = first
	}
	return spans
}

// dashes returns for each element of a list in block style a node on the line of its dash.
func (r *yamlReader) dashes(list *yaml.Node) []*yaml.Node {
	dashes := make([]*yaml.Node, len(list.Content))
	for i, element := range list.Content {
		line := element.Line
		for line > list.Line && !bytes.HasPrefix(r.text[r.lines[line-1]:], []byte(strings.Repeat(" ", list.Column-1)+"-")) {
			line--
		}
		dashes[i] = &yaml.Node{Line: line, Column: list.Column}
	}
	return dashes
}

// offset returns where a node begins. A column is a number of characters. The count goes on from the last node on the same
// line, since a template can be one line.
func (r *yamlReader) offset(node *yaml.Node) int {
	if r.line != node.Line || r.column > node.Column {
		r.line, r.column, r.at = node.Line, 1, r.lines[node.Line-1]
	}
	for ; r.column < node.Column && r.at < len(r.text); r.column++ {
		_, size := utf8.DecodeRune(r.text[r.at:])
		r.at += size
	}
	return r.at
}

// documentEnd returns the line after the last one of the document, which a line of three dots can end.
func (r *yamlReader) documentEnd(root *yaml.Node) int {
	for line := root.Line; line < len(r.lines); line++ {
		after, found := bytes.CutPrefix(r.text[r.lines[line-1]:r.lines[line]], []byte("..."))
		if found && (len(after) == 0 || strings.IndexByte(space, after[0]) >= 0) {
			return line
		}
	}
	return len(r.lines)
}

// lineStarts returns where the lines of a text begin as the YAML library counts them, and where the last one ends.
func lineStarts(text []byte) []int {
	starts := []int{0}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		i += size
		isHalf := r == '\r' && bytes.HasPrefix(text[i:], []byte("\n"))
		if !isHalf && strings.ContainsRune(lineBreaks, r) {
			starts = append(starts, i)
		}
	}
	if starts[len(starts)-1] != len(text) {
		starts = append(starts, len(text))
	}
	return starts
}

func isFlow(node *yaml.Node) bool { return node.Style&yaml.FlowStyle != 0 }

// members returns the members of a map, each a name and a value; none of anything else.
func members(node *yaml.Node) [][]*yaml.Node {
	if node.Kind != yaml.MappingNode {
		return nil
	}
	return slices.Collect(slices.Chunk(node.Content, 2))
}
