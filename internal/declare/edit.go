package declare

import (
	"bytes"
	"slices"
	"strings"

	"amplify-boundary/internal/cfn"
)

const (
	parameterEnvironment = "Environment"
	parameterProject     = "Project"
)

// added returns the text, in pieces, with a declaration behind the other transforms.
func (t *Template) added(d Declaration) ([][]byte, error) {
	_, name := splitMacro(d.Macro)
	value := t.spelling().declaration(name, d.parameters())
	section := t.root.member(sectionTransform)
	var edits []cfn.Edit
	switch {
	case section == nil:
		edits = t.addSection(value)
	case section.kind == kindSequence:
		edits = t.appendTo(section, value)
	default:
		edits = t.wrapInList(section, value)
	}
	if edits == nil {
		return nil, t.notEditable()
	}
	if t.document == nil {
		text, err := cfn.Apply(t.text, edits)
		return [][]byte{text}, err
	}
	after, err := t.edited(edits, t.transforms)
	if err != nil {
		return nil, err
	}
	last := after.transforms[len(after.transforms)-1]
	if len(after.transforms) != len(t.transforms)+1 || !IsMacro(last.name, d.Macro) ||
		slices.ContainsFunc(d.parameters(), func(p parameter) bool { return !last.has(p) }) {
		return nil, t.notEditable()
	}
	return [][]byte{after.text}, nil
}

// amended returns the text, in pieces, with the last declaration's parameters as a declaration has them.
func (t *Template) amended(d Declaration) ([][]byte, error) {
	after := t
	for _, p := range d.parameters() {
		last := len(after.transforms) - 1
		if after.transforms[last].has(p) {
			continue
		}
		edit, ok := after.setParameter(p)
		if !ok {
			return nil, after.notEditable()
		}
		var err error
		if after, err = after.edited([]cfn.Edit{edit}, after.transforms[:last]); err != nil {
			return nil, err
		}
		if len(after.transforms) != last+1 || !after.transforms[last].has(p) || after.Declared(d.Macro) != DeclaredLast {
			return nil, after.notEditable()
		}
	}
	return [][]byte{after.text}, nil
}

// parameter is a parameter of the transform.
type parameter struct{ name, value string }

// parameters lists the parameters that a declaration has.
func (d Declaration) parameters() []parameter {
	var all []parameter
	for _, p := range []parameter{{parameterEnvironment, d.Environment}, {parameterProject, d.Project}} {
		if p.value != "" {
			all = append(all, parameter{p.name, strings.ToValidUTF8(p.value, "\uFFFD")})
		}
	}
	return all
}

// has reports whether a declaration has a parameter with just this string as its value.
func (d declared) has(p parameter) bool {
	parameters := d.value.member(memberParameters)
	if parameters == nil {
		return false
	}
	value := parameters.member(p.name)
	return value != nil && value.kind == kindString && value.text == p.value && !isAmbiguous(value)
}

// setParameter is the edit that gives the last declaration a parameter.
func (t *Template) setParameter(p parameter) (edit cfn.Edit, ok bool) {
	s := t.spelling()
	declaration := t.transforms[len(t.transforms)-1].value
	if declaration.kind == kindString {
		return t.replace(declaration, s.declaration(declaration.text, []parameter{p}))
	}
	parameters := declaration.member(memberParameters)
	if parameters == nil {
		return t.appendMember(declaration, memberParameters, s.object([]parameter{p})), true
	}
	if parameters.kind != kindMapping {
		return cfn.Edit{}, false
	}
	if value := parameters.member(p.name); value != nil {
		return t.replace(value, s.text(p.value))
	}
	return t.appendMember(parameters, p.name, s.text(p.value)), true
}

// addSection gives the template a section Transform: in front, but behind the version of the format.
func (t *Template) addSection(value string) []cfn.Edit {
	first := t.root.entries[0]
	behindFirst := first.name == sectionVersion && len(t.root.entries) > 1
	if t.root.block {
		if strings.Trim(t.root.indent, " ") != "" {
			return nil
		}
		at := first.at.Start
		if behindFirst {
			at = first.at.End
		}
		return []cfn.Edit{t.newLine(at, t.root.indent+t.spelling().member(sectionTransform, value))}
	}
	space := string(t.spaceBefore(first.at.Start))
	member := t.spelling().member(sectionTransform, value)
	if behindFirst {
		return []cfn.Edit{insertion(first.at.End, ","+space+member)}
	}
	return []cfn.Edit{insertion(first.at.Start, member+","+space)}
}

// appendTo gives a sequence a new last element.
func (t *Template) appendTo(sequence *element, value string) []cfn.Edit {
	if sequence.block {
		return []cfn.Edit{t.newLine(sequence.at.End, sequence.indent+"- "+value)}
	}
	if !sequence.at.Found() {
		return nil
	}
	return []cfn.Edit{t.appendFlow(sequence, value)}
}

// wrapInList makes a list of one value and another.
func (t *Template) wrapInList(one *element, value string) []cfn.Edit {
	if !one.at.Found() {
		return nil
	}
	if !one.block {
		return []cfn.Edit{insertion(one.at.Start, "["), insertion(one.at.End, t.spelling().separator()+value+"]")}
	}
	// A list may stand as deep as the name of its section: the keys stay where they are, behind the dash.
	outer, dashed := t.root.indent, t.newLine(one.at.Start-len(one.indent), t.root.indent+"-")
	switch room := len(one.indent) - len(outer); {
	case strings.Trim(one.indent, " ") != "" || room < 1:
		return nil
	case room > 1:
		at := one.at.Start - room
		dashed = cfn.Edit{At: cfn.Span{Start: at, End: at + 1}, Text: []byte("-")}
	}
	return []cfn.Edit{dashed, t.newLine(one.at.End, outer+"- "+value)}
}

// appendMember gives a mapping a new last member.
func (t *Template) appendMember(mapping *element, name, value string) cfn.Edit {
	member := t.spelling().member(name, value)
	if mapping.block {
		indent := strings.Repeat(" ", len(mapping.indent)) // where a dash may stand
		return t.newLine(mapping.at.End, indent+member)
	}
	return t.appendFlow(mapping, member)
}

// appendFlow gives a collection in brackets a new last entry, with the white space of the one before it.
func (t *Template) appendFlow(collection *element, text string) cfn.Edit {
	if len(collection.entries) == 0 {
		return insertion(collection.at.End-1, text)
	}
	last := collection.entries[len(collection.entries)-1].at
	separator := t.spelling().separator()
	if space := t.spaceBefore(last.Start); len(space) > 0 {
		separator = "," + string(space)
	}
	return insertion(last.End, separator+text)
}

// replace puts another text in the place of a value.
func (t *Template) replace(value *element, text string) (edit cfn.Edit, ok bool) {
	at := value.at
	if value.block { // it keeps the end of its last line
		at.End = at.Start + len(bytes.TrimRight(at.Of(t.text), " \t\r\n"))
	}
	return cfn.Edit{At: at, Text: []byte(text)}, at.Found()
}

// without takes a transform out; the last one with its section.
func (t *Template) without(i int) []cfn.Edit {
	section := t.root.member(sectionTransform)
	if len(t.transforms) == 1 {
		return []cfn.Edit{t.cut(t.root, t.root.find(sectionTransform))}
	}
	return []cfn.Edit{t.cut(section, i)}
}

// cut takes an entry out of a collection, with what divides it from its neighbour.
func (t *Template) cut(collection *element, i int) cfn.Edit {
	at := collection.entries[i].at
	switch {
	case collection.block && at.End == len(t.text) && !endsLine(t.text):
		at.Start = len(bytes.TrimSuffix(bytes.TrimSuffix(t.text[:at.Start], []byte("\n")), []byte("\r")))
	case collection.block:
	case i > 0:
		at.Start = collection.entries[i-1].at.End
	case len(collection.entries) > 1:
		at.End = collection.entries[1].at.Start
	}
	return cfn.Edit{At: at}
}

// newLine inserts a line at the beginning of another, or at the end of the text.
func (t *Template) newLine(at int, line string) cfn.Edit {
	lineBreak := "\n"
	if i := bytes.IndexAny(t.text, "\r\n"); i >= 0 && t.text[i] == '\r' {
		lineBreak = "\r"
		if bytes.HasPrefix(t.text[i+1:], []byte("\n")) {
			lineBreak = "\r\n"
		}
	}
	if at == len(t.text) && !endsLine(t.text) {
		return insertion(at, lineBreak+line)
	}
	return insertion(at, line+lineBreak)
}

// spaceBefore returns the white space before a place.
func (t *Template) spaceBefore(at int) []byte {
	before := t.text[:at]
	return before[len(bytes.TrimRight(before, " \t\r\n")):]
}

func endsLine(text []byte) bool {
	return bytes.HasSuffix(text, []byte("\n")) || bytes.HasSuffix(text, []byte("\r"))
}

func insertion(at int, text string) cfn.Edit {
	return cfn.Edit{At: cfn.Span{Start: at, End: at}, Text: []byte(text)}
}
