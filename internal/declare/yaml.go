package declare

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"amplify-boundary/internal/cfn"

	"go.yaml.in/yaml/v3"
)

// yamlReader finds the places of what the YAML library has read. The library says where a value begins, by
// line and column, and not where it ends.
type yamlReader struct {
	text  []byte
	lines []int // where each line begins, and the text's end

	cursor *cursor // the place that was found last
}

// cursor is a place in a text; line and column count from 1.
type cursor struct{ line, column, offset int }

// readYAMLElement reads a template in YAML: of the section Transform all, of the others their places.
func readYAMLElement(text []byte) (*element, *yaml.Node, error) {
	if err := checkUTF8(text); err != nil {
		return nil, nil, err
	}
	document, err := parseYAML(text)
	if err != nil {
		return nil, nil, err
	}
	if document.Kind != yaml.MappingNode {
		return nil, nil, ErrNoTemplate
	}
	if err := checkSections(document); err != nil {
		return nil, nil, err
	}
	r := yamlReader{text, lineStarts(text), new(cursor)}
	root := r.mapping(document, r.documentEnd(document), func(name string, value *yaml.Node, stop int) *element {
		if name == sectionTransform {
			return r.element(value, stop, maxElementDepth)
		}
		return &element{kind: yamlKind(value)}
	})
	return root, document, nil
}

// checkUTF8 refuses other encodings. The YAML library reads UTF-16 too, but no edit could be made in it.
func checkUTF8(text []byte) error {
	if utf8.Valid(text) {
		return nil
	}
	line := 1
	for part := range bytes.Lines(text) {
		if !utf8.Valid(part) {
			break
		}
		line++
	}
	return fmt.Errorf("line %d: not valid UTF-8; save the template in the encoding UTF-8", line)
}

// parseYAML returns the root of the only document of a text.
func parseYAML(text []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document, next yaml.Node
	switch err := decoder.Decode(&document); {
	case err == io.EOF:
		return nil, ErrNoTemplate
	case err != nil:
		return nil, yamlFault(err)
	}
	switch err := decoder.Decode(&next); {
	case err == io.EOF:
		return document.Content[0], nil
	case err != nil:
		return nil, yamlFault(err)
	}
	return nil, fmt.Errorf("line %d: %w", next.Line, ErrDocuments)
}

// yamlFault formats an error of the YAML library, whose own text may quote the template.
func yamlFault(err error) error {
	line := 1
	if _, scanErr := fmt.Sscanf(err.Error(), "yaml: line %d:", &line); scanErr != nil {
		line = 1
	}
	return fmt.Errorf("the template is not valid YAML, at or after line %d; check indentation, quotes and brackets from there on", line)
}

// checkSections refuses sections that CloudFormation might read otherwise than the YAML library does, as far as a declaration
// depends on it.
func checkSections(root *yaml.Node) error {
	if err := checkNames(root, "a section"); err != nil {
		return err
	}
	for i := 0; i < len(root.Content); i += 2 {
		if root.Content[i].Value == sectionTransform {
			return checkMembers(root.Content[i+1])
		}
	}
	return nil
}

// checkMembers refuses such names in the section Transform: a second Name would be another macro's for a reader that
// takes the last one.
func checkMembers(value *yaml.Node) error {
	if value.Kind == yaml.MappingNode {
		if err := checkNames(value, "a member of Transform"); err != nil {
			return err
		}
	}
	for _, child := range value.Content {
		if err := checkMembers(child); err != nil {
			return err
		}
	}
	return nil
}

// checkNames refuses names of a mapping that are no strings, or not the only ones of their text. What they name goes
// into the error.
func checkNames(mapping *yaml.Node, what string) error {
	lines := make(map[string]int)
	for i := 0; i < len(mapping.Content); i += 2 {
		name := mapping.Content[i]
		if name.Kind != yaml.ScalarNode || name.Tag != "!!str" || name.Anchor != "" {
			return fmt.Errorf("line %d: the name of %s is no plain text; write it without a tag, an anchor, an alias or a merge", name.Line, what)
		}
		if first, found := lines[name.Value]; found {
			return fmt.Errorf("line %d: %s appears twice, first on line %d; keep one of them", name.Line, what, first)
		}
		lines[name.Value] = name.Line
	}
	return nil
}

// maxElementDepth is as deep as there is something to edit: a list, a declaration, its parameters, the value of one, and
// what that holds. What lies deeper is not looked at, however deep it is.
const maxElementDepth = 5

// element finds the place of a node, with what is in it down to a depth. A block ends before the line stop.
func (r yamlReader) element(node *yaml.Node, stop, depth int) *element {
	if depth == 0 {
		return &element{kind: yamlKind(node), node: node}
	}
	isFlow := node.Style&yaml.FlowStyle != 0
	switch {
	case node.Kind == yaml.MappingNode:
		return r.mapping(node, stop, func(_ string, value *yaml.Node, stop int) *element { return r.element(value, stop, depth-1) })
	case node.Kind == yaml.SequenceNode && isFlow:
		e, places := r.flow(node, len(node.Content))
		for i, at := range places {
			e.entries = append(e.entries, entry{at: at, value: until(r.offset(node.Content[i]), at.End, r.element(node.Content[i], 0, depth-1))})
		}
		return e
	case node.Kind == yaml.SequenceNode:
		return r.blockSequence(node, stop, depth)
	default:
		return r.scalar(node)
	}
}

// mapping finds the place of a mapping; read reads a value that ends before a line.
func (r yamlReader) mapping(node *yaml.Node, stop int, read func(name string, value *yaml.Node, stop int) *element) *element {
	if node.Style&yaml.FlowStyle != 0 {
		e, places := r.flow(node, len(node.Content)/2)
		for i, at := range places {
			key, value := node.Content[2*i], node.Content[2*i+1]
			e.entries = append(e.entries, entry{key.Value, at, until(r.offset(value), at.End, read(key.Value, value, 0))})
		}
		return e
	}
	e := &element{kind: yamlKind(node), node: node, block: true}
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		end := stop
		if i+2 < len(node.Content) {
			end = node.Content[i+2].Line
		}
		at := r.blockLines(key.Line, end, key.Column)
		e.entries = append(e.entries, entry{key.Value, at, read(key.Value, value, end)})
		if i == 0 {
			e.indent = string(r.text[r.lines[key.Line-1]:r.offset(key)])
			e.at.Start = r.offset(key)
		}
		e.at.End = at.End
	}
	return e
}

// until gives a value in flow style its place, which reaches to the end of its entry. Its start is asked for before it
// is read, since places on a line are found in their order.
func until(start, end int, value *element) *element {
	if at := (cfn.Span{Start: start, End: end}); at.Found() {
		value.at = at
	}
	return value
}

// blockSequence finds the place of a sequence in block style, whose elements follow dashes.
func (r yamlReader) blockSequence(node *yaml.Node, stop, depth int) *element {
	e := &element{kind: yamlKind(node), node: node, block: true}
	for i, child := range node.Content {
		end := stop
		if i+1 < len(node.Content) {
			end, _ = r.dash(node.Content[i+1])
		}
		line, indent := r.dash(child)
		at := r.blockLines(line, end, len(indent)+1)
		e.entries = append(e.entries, entry{at: at, value: r.element(child, end, depth-1)})
		if i == 0 {
			e.indent, e.at.Start = indent, at.Start
		}
		e.at.End = at.End
	}
	return e
}

// dash finds the line of the dash before an element of a sequence in block style, and what stands before it.
func (r yamlReader) dash(element *yaml.Node) (line int, indent string) {
	for line = element.Line; line > 1; line-- {
		text := r.text[r.lines[line-1]:r.lines[line]]
		if rest := bytes.TrimLeft(text, " "); len(rest) > 0 && rest[0] == '-' {
			return line, string(text[:len(text)-len(rest)])
		}
	}
	return line, ""
}

// blockLines returns the place of whole lines from first up to the line stop, without the blank lines and the
// comments behind the last one. A comment that is indented deeper than the column may belong to a block scalar.
func (r yamlReader) blockLines(first, stop, column int) cfn.Span {
	for ; stop > first+1; stop-- {
		line := r.text[r.lines[stop-2]:r.lines[stop-1]]
		rest := bytes.TrimLeft(line, " ")
		isComment := len(rest) > 0 && rest[0] == '#' && len(line)-len(rest) < column
		if !isComment && len(bytes.TrimSpace(line)) > 0 {
			break
		}
	}
	return cfn.Span{Start: r.lines[first-1], End: r.lines[stop-1]}
}

// flow finds the place of a collection in flow style and those of its entries; none where they are not so many as
// the YAML library has read.
func (r yamlReader) flow(node *yaml.Node, entries int) (*element, []cfn.Span) {
	e := &element{kind: yamlKind(node), node: node}
	start := r.offset(node)
	f := flow{r.text, r.behindProperties(start)}
	if c := f.next(); c != '[' && c != '{' {
		return e, nil
	}
	places, end := f.collection()
	if len(places) != entries || end == 0 {
		return e, nil
	}
	e.at = cfn.Span{Start: start, End: end}
	return e, places
}

// scalar finds the place of a scalar. That of a block scalar, and of a plain one of several lines, is not
// found.
func (r yamlReader) scalar(node *yaml.Node) *element {
	e := &element{kind: yamlKind(node), node: node, text: node.Value}
	start := r.offset(node)
	at := r.behindProperties(start)
	switch {
	case node.Kind == yaml.AliasNode, node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
	case node.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		if at < len(r.text) {
			e.at = cfn.Span{Start: start, End: quotedEnd(r.text, at)}
		}
	case bytes.HasPrefix(r.text[at:], []byte(node.Value)):
		e.at = cfn.Span{Start: start, End: at + len(node.Value)}
	}
	return e
}

// behindProperties returns the place behind the tag and the anchor that begin at a place.
func (r yamlReader) behindProperties(at int) int {
	f := flow{r.text, at}
	for f.next() == '!' || f.next() == '&' {
		f.token()
		f.skipSpace()
	}
	return f.at
}

// offset returns the place of a node in the text. It goes on from the node before on the same line, since a template may
// be one line.
func (r yamlReader) offset(node *yaml.Node) int {
	c := r.cursor
	if c.line != node.Line || c.column > node.Column {
		*c = cursor{node.Line, 1, r.lines[node.Line-1]}
	}
	for ; c.column < node.Column && c.offset < len(r.text); c.column++ {
		_, size := utf8.DecodeRune(r.text[c.offset:])
		c.offset += size
	}
	return c.offset
}

// documentEnd returns the line behind the document's last one. Only dots that begin a line end a document: others are
// in a text, such as Python's.
func (r yamlReader) documentEnd(root *yaml.Node) int {
	for line := root.Line; line < len(r.lines); line++ {
		behind, found := bytes.CutPrefix(r.text[r.lines[line-1]:r.lines[line]], []byte("..."))
		if found && (len(behind) == 0 || isSpace(behind[0])) {
			return line
		}
	}
	return len(r.lines)
}

// lineStarts returns where the lines of a text begin as the YAML library counts them, and the text's end. A byte
// order mark is no part of the first line.
func lineStarts(text []byte) []int {
	starts := []int{len(text) - len(bytes.TrimPrefix(text, byteOrderMark))}
	for i := starts[0]; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		i += size
		switch r {
		case '\r':
			if i < len(text) && text[i] == '\n' {
				continue
			}
			starts = append(starts, i)
		case '\n', '\u0085', '\u2028', '\u2029':
			starts = append(starts, i)
		}
	}
	if starts[len(starts)-1] != len(text) {
		starts = append(starts, len(text))
	}
	return starts
}

func yamlKind(node *yaml.Node) elementKind {
	isTagged := node.Style&yaml.TaggedStyle != 0
	switch {
	case node.Kind == yaml.MappingNode && (!isTagged || node.Tag == "!!map"):
		return kindMapping
	case node.Kind == yaml.SequenceNode && (!isTagged || node.Tag == "!!seq"):
		return kindSequence
	case node.Kind == yaml.ScalarNode && node.Tag == "!!str":
		return kindString
	default:
		return kindOther
	}
}

// sameSections reports whether two templates are the same but for the section Transform.
func sameSections(a, b *yaml.Node) bool {
	return sameNodes(sectionsBut(a), sectionsBut(b))
}

// sectionsBut returns names and values of a template's sections without Transform.
func sectionsBut(root *yaml.Node) (rest []*yaml.Node) {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value != sectionTransform {
			rest = append(rest, root.Content[i], root.Content[i+1])
		}
	}
	return rest
}

// sameNodes reports whether two lists of nodes are the same but for their places.
func sameNodes(a, b []*yaml.Node) bool { return make(comparison).same(a, b) }

// comparison holds the nodes that aliases stand for and that were compared, so that each is compared once. They
// may lie in the section Transform, whose edit would change what the alias stands for.
type comparison map[*yaml.Node]bool

func (c comparison) same(a, b []*yaml.Node) bool {
	if len(a) != len(b) {
		return false
	}
	for i, x := range a {
		y := b[i]
		if x.Kind != y.Kind || x.Style != y.Style || x.Tag != y.Tag || x.Value != y.Value || x.Anchor != y.Anchor || !c.same(x.Content, y.Content) {
			return false
		}
		if x.Alias == nil || c[x.Alias] {
			continue
		}
		c[x.Alias] = true
		if !c.same([]*yaml.Node{x.Alias}, []*yaml.Node{y.Alias}) {
			return false
		}
	}
	return true
}
