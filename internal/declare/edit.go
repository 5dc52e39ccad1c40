package declare

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// parameters returns the transform's parameters that a macro is to have.
func (m Macro) parameters() map[string]jsontext.Value {
	parameters := make(map[string]jsontext.Value)
	for name, value := range map[string]string{cfn.ParameterEnvironment: m.Environment, cfn.ParameterProject: m.Project} {
		if value != "" {
			parameters[name] = cfn.Quote(value)
		}
	}
	if m.EnvironmentParameter != "" {
		parameters[cfn.ParameterEnvironment] = cfn.Wrap(cfn.FunctionRef, cfn.Quote(m.EnvironmentParameter))
	}
	return parameters
}

// append returns the section with the macro after the other transforms.
func (s *Section) append(m Macro) (*Section, error) {
	_, name := splitMacro(m.Name)
	added := Transform{Name: name, Parameters: m.parameters()}
	l := layoutOf(s.document)
	text := l.spelling.transform(added)
	var edits []cfn.Edit
	switch {
	case l.section < 0:
		edits = l.addSection(text)
	case l.value.style == blockList:
		edits = []cfn.Edit{l.newLine(l.value.items[len(l.value.items)-1].whole.End, strings.Repeat(" ", l.value.indent)+"- "+text)}
	case l.value.style == blockMap:
		edits = l.listLines(text)
	case !l.value.at.Found():
	case l.value.style == flowList:
		edits = []cfn.Edit{l.appendToList(text)}
	default:
		edits = []cfn.Edit{insertion(l.value.at.Start, "["), insertion(l.value.at.End, l.spelling.separator()+text+"]")}
	}
	return s.edited(l.text, edits, append(slices.Clip(s.transforms), added))
}

// update returns the section with the parameters of a macro in a declaration of it.
func (s *Section) update(i int, m Macro) (*Section, error) {
	wanted := slices.Clone(s.transforms)
	parameters := make(map[string]jsontext.Value)
	maps.Copy(parameters, wanted[i].Parameters)
	wanted[i].Parameters = parameters
	l := layoutOf(s.document)
	at := l.value.items[i]
	var edits []cfn.Edit
	inPlace := true
	for name, value := range m.parameters() {
		if bytes.Equal(parameters[name], value) {
			continue
		}
		parameters[name] = value
		edits = append(edits, cfn.Edit{At: at.parameters[name], Text: []byte(l.spelling.value(value))})
		inPlace = inPlace && at.parameters[name].Found()
	}
	switch {
	case len(edits) == 0:
		return s, nil
	case !inPlace && (!at.at.Found() || s.document.YAML() != nil && bytes.Contains(at.at.Of(l.text), []byte(" #"))): // a comment would be lost
		edits = nil
	case !inPlace:
		edits = []cfn.Edit{{At: at.at, Text: []byte(l.spelling.transform(wanted[i]))}}
	}
	return s.edited(l.text, edits, wanted)
}

// without returns the section without one of its transforms.
func (s *Section) without(i int) (*Section, error) {
	l := layoutOf(s.document)
	var edits []cfn.Edit
	switch v := l.value; {
	case len(s.transforms) == 1 && l.block:
		edits = []cfn.Edit{l.cutLines(l.sections[l.section])}
	case len(s.transforms) == 1:
		edits = []cfn.Edit{cutFromList(l.sections, l.section)}
	case v.style == blockList:
		edits = []cfn.Edit{l.cutLines(v.items[i].whole)}
	case !v.at.Found():
	case i == 1 && len(v.items) == 2 && l.wasSingle():
		edits = []cfn.Edit{
			{At: cfn.Span{Start: v.at.Start, End: v.items[0].at.Start}},
			{At: cfn.Span{Start: v.items[1].at.Start - len(l.spelling.separator()), End: v.at.End}},
		}
	default:
		spans := make([]cfn.Span, len(v.items))
		for i, item := range v.items {
			spans[i] = item.whole
		}
		edits = []cfn.Edit{cutFromList(spans, i)}
	}
	return s.edited(l.text, edits, slices.Delete(slices.Clone(s.transforms), i, i+1))
}

// wasSingle reports whether a list of two transforms is written as [Section.Add] writes it where there was only the first.
func (l *layout) wasSingle() bool {
	list, first, second := l.value.at, l.value.items[0].whole, l.value.items[1].whole
	return first.Start == list.Start+1 && second.End == list.End-1 &&
		string(l.text[first.End:second.Start]) == l.spelling.separator()
}

// addSection adds a section: first, but after the version of the format.
func (l *layout) addSection(value string) []cfn.Edit {
	first := l.sections[0]
	afterFirst := l.version && len(l.sections) > 1
	member := l.spelling.member(cfn.SectionTransform, value)
	switch space := l.spaceBefore(first.Start); {
	case l.block && afterFirst:
		return []cfn.Edit{l.newLine(first.End, l.indent+member)}
	case l.block:
		return []cfn.Edit{l.newLine(first.Start, l.indent+member)}
	case afterFirst:
		return []cfn.Edit{insertion(first.End, ","+space+member)}
	default:
		return []cfn.Edit{insertion(first.Start, member+","+space)}
	}
}

// appendToList adds a last element to a list in brackets, with the white space of the one before it. After the only element
// it is on a line of its own, so that [layout.wasSingle] can tell this list from one that was no list before.
func (l *layout) appendToList(text string) cfn.Edit {
	items := l.value.items
	last := items[len(items)-1].whole
	separator := l.spelling.separator()
	switch before := l.spaceBefore(last.Start); {
	case before != "":
		separator = "," + before
	case len(items) == 1:
		separator = "," + l.lineBreak() + "  "
	}
	return insertion(last.End, separator+text)
}

// listLines makes a list of one transform in block style and another. The list can be as deep as the name of its section: the
// keys stay where they are, after a dash.
func (l *layout) listLines(text string) []cfn.Edit {
	start, room := l.value.at.Start, l.value.indent-len(l.indent)
	if room < 1 {
		return nil
	}
	dash := l.newLine(start-l.value.indent, l.indent+"-")
	if room > 1 {
		dash = cfn.Edit{At: cfn.Span{Start: start - room, End: start - room + 1}, Text: []byte("-")}
	}
	return []cfn.Edit{dash, l.newLine(l.sections[l.section].End, l.indent+"- "+text)}
}

// cutLines removes whole lines.
func (l *layout) cutLines(at cfn.Span) cfn.Edit {
	if breaks := lineBreak().FindAllIndex(l.text[:at.Start], -1); len(breaks) > 0 && at.End == len(l.text) && !endsLine(l.text) {
		at.Start = breaks[len(breaks)-1][0]
	}
	return cfn.Edit{At: at}
}

// cutFromList removes an entry from a collection in brackets, with what separates it from its neighbour.
func cutFromList(entries []cfn.Span, i int) cfn.Edit {
	at := entries[i]
	switch {
	case i > 0:
		at.Start = entries[i-1].End
	case len(entries) > 1:
		at.End = entries[1].Start
	}
	return cfn.Edit{At: at}
}
