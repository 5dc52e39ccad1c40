package template

import (
	"strings"

	"amplify-boundary/internal/cfn"
)

// ResourceLines are the lines in the file of a template's resources.
type ResourceLines struct {
	section int                     // the line of the Resources section
	found   map[string]resourceLine // by logical ID
}

// resourceLine is a resource's line, and the number of loops around it.
type resourceLine struct{ line, loops int }

// ResourceLines finds the lines of all resources, and of loops and the resources in them.
func (d *Document) ResourceLines() ResourceLines {
	l := ResourceLines{d.Line(cfn.SectionResources), make(map[string]resourceLine)}
	resources, _ := d.sections.Find(cfn.SectionResources)
	r := cfn.NewReader(resources.Value.Of(d.json), name)
	_ = l.read(r, 0, func(at cfn.Span) int { return d.lines.at(resources.Value.Start + at.Start) })
	return l
}

// Of returns the line of a resource. Where there is none of that logical ID, it is the line of the Resources section, or 0
// without one. A resource of the section itself takes precedence over one of the same name in a loop.
func (l ResourceLines) Of(logicalID string) int {
	if found, ok := l.found[logicalID]; ok {
		return found.line
	}
	return l.section
}

// read reads a map of resources, in a number of loops. Anything that is not an object is skipped.
func (l ResourceLines) read(r *cfn.Reader, loops int, line func(cfn.Span) int) error {
	if r.Kind() != '{' {
		return r.Skip()
	}
	_, err := r.Object(func(n cfn.Name) error {
		name := string(n.Name)
		if before, ok := l.found[name]; !ok || before.loops > loops {
			l.found[name] = resourceLine{line(n.At), loops}
		}
		if !strings.HasPrefix(name, cfn.LoopPrefix) || r.Kind() != '[' {
			return r.Skip()
		}
		_, err := r.Array(func(index int) error {
			if index == loopBody {
				return l.read(r, loops+1, line)
			}
			return r.Skip()
		})
		return err
	})
	return err
}

// loopBody is the index of the map of resources in the list that makes a loop.
const loopBody = 2
