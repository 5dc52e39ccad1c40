package template

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// ResourceLines are the lines in the file of a template's resources.
type ResourceLines struct {
	section int                     // the line of the section Resources
	found   map[string]resourceLine // by logical ID
}

// resourceLine is a resource's line, and how many loops the resource stands in.
type resourceLine struct{ line, loops int }

// ResourceLines finds the lines of all resources, those in loops and the loops themselves included, in one pass.
func (d *Document) ResourceLines() ResourceLines {
	lines := ResourceLines{d.Line("Resources"), make(map[string]resourceLine)}
	whole, err := cfn.ReadObject(d.json, "the template")
	if err != nil {
		return lines
	}
	resources, _ := whole.Find("Resources")
	s := resourceScanner{
		lines:    lines,
		document: d,
		start:    resources.Value.Start,
		decoder:  jsontext.NewDecoder(bytes.NewBuffer(resources.Value.Of(d.json))),
	}
	s.resources(0)
	return lines
}

// Of returns the line of a resource: where there is none of that logical ID, the line of the section Resources, which is 0 where the
// template has none. A resource of the section itself is meant before one of the same name in a loop.
func (l ResourceLines) Of(logicalID string) int {
	if found, ok := l.found[logicalID]; ok {
		return found.line
	}
	return l.section
}

// resourceScanner reads the section Resources, which is valid JSON.
type resourceScanner struct {
	lines    ResourceLines
	document *Document
	start    int // of the section in the template
	decoder  *jsontext.Decoder
}

// resources reads a map of resources that stands in a number of loops. What is no object is passed over.
func (s resourceScanner) resources(loops int) {
	if s.decoder.PeekKind() != '{' {
		_ = s.decoder.SkipValue()
		return
	}
	_, _ = s.decoder.ReadToken()
	for s.decoder.PeekKind() == '"' {
		quoted, _ := s.decoder.ReadValue()
		name, _ := cfn.Text(quoted)
		if before, ok := s.lines.found[name]; !ok || before.loops > loops {
			offset := s.start + int(s.decoder.InputOffset()) - len(quoted)
			s.lines.found[name] = resourceLine{s.document.lines.at(offset), loops}
		}
		if strings.HasPrefix(name, "Fn::ForEach::") && s.decoder.PeekKind() == '[' {
			s.loop(loops)
		} else {
			_ = s.decoder.SkipValue()
		}
	}
	_, _ = s.decoder.ReadToken()
}

// loop reads the list that makes a loop. Its third element is a map of resources.
func (s resourceScanner) loop(loops int) {
	_, _ = s.decoder.ReadToken()
	for i := 0; s.decoder.PeekKind() != ']'; i++ {
		if i == 2 {
			s.resources(loops + 1)
		} else if s.decoder.SkipValue() != nil {
			return
		}
	}
	_, _ = s.decoder.ReadToken()
}
