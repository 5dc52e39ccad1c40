package transform

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

const (
	sectionParameters = "Parameters"
	sectionMappings   = "Mappings"
	sectionConditions = "Conditions"
	templateURLName   = "TemplateURL"
)

// Stacks are the nested stacks of a fragment, with what decides which templates they have.
type Stacks struct {
	List []NestedStack

	// Parameters, Mappings and Conditions are those sections of the template; nil where there are none, and
	// in a snippet, which shows none.
	Parameters, Mappings, Conditions jsontext.Value
}

// NestedStack is a nested stack of a fragment.
type NestedStack struct {
	Resource
	TemplateURL   cfn.Span       // the place of its value; not found where it has none that could be known
	Value         jsontext.Value // what stands there
	Condition     string         // the name of its Condition; empty where there is none
	LoopVariables []string       // of the loops around it, the outermost first
}

// Stacks reads the nested stacks again, with their URLs, in the order of the source. It costs another pass
// over the fragment, but for a fragment that has none.
func (f *Fragment) Stacks() Stacks {
	w := stackWalk{source: f.source}
	if f.NestedStacks.Len() == 0 {
		return w.Stacks
	}
	s := scan(f.source, true)
	// The fragment was read once, so that nothing in it can fail.
	switch f.Shape {
	case ShapeTemplate:
		w.template(s)
	case ShapeResources:
		w.resources(s, nil)
	case ShapeResource:
		w.resource("", s, nil)
	}
	return w.Stacks
}

// stackWalk goes through a fragment that has been read before.
type stackWalk struct {
	Stacks
	source []byte
}

func (w *stackWalk) template(s scanner) {
	_, _ = s.object(func(m member) error {
		switch string(m.name) {
		case cfn.SectionResources:
			w.resources(s, nil)
			return nil
		case sectionParameters:
			w.Parameters = w.next(s)
		case sectionMappings:
			w.Mappings = w.next(s)
		case sectionConditions:
			w.Conditions = w.next(s)
		default:
			_, _ = s.value()
		}
		return nil
	})
}

func (w *stackWalk) next(s scanner) jsontext.Value {
	at, _ := s.value()
	return at.Of(w.source)
}

// resources goes through a map of resources, within loops of these variables.
func (w *stackWalk) resources(s scanner, variables []string) {
	_, _ = s.object(func(m member) error {
		switch {
		case isLoop(m.name) && s.peek() == '[':
			w.loop(s, variables)
		case s.peek() == '{':
			w.resource(string(m.name), s, variables)
		default:
			_, _ = s.value()
		}
		return nil
	})
}

// loop goes through [identifier, collection, {resources}].
func (w *stackWalk) loop(s scanner, variables []string) {
	_ = s.array(func(index int) error {
		switch {
		case index == 0 && s.peek() == '"':
			variables = append(variables[:len(variables):len(variables)], string(cfn.Unquote(w.next(s))))
		case index == 2 && s.peek() == '{':
			w.resources(s, variables)
		default:
			_, _ = s.value()
		}
		return nil
	})
}

func (w *stackWalk) resource(id string, s scanner, variables []string) {
	var kind, condition string
	var url span
	unclear := false
	_, _ = s.object(func(m member) error {
		switch {
		case string(m.name) == "Properties" && s.peek() == '{':
			url, unclear = w.properties(s)
			return nil
		case string(m.name) == "Type":
			kind = w.text(s)
		case string(m.name) == "Condition":
			condition = w.text(s)
		default:
			_, _ = s.value()
		}
		return nil
	})
	if kind != stackType {
		return
	}
	stack := NestedStack{Resource: Resource{id, kind}, Condition: condition, LoopVariables: variables}
	if url.Found() && !unclear {
		stack.TemplateURL, stack.Value = url, url.Of(w.source)
	}
	w.List = append(w.List, stack)
}

// properties finds the URL among a stack's properties. They are unclear where another member might turn
// into one.
func (w *stackWalk) properties(s scanner) (url span, unclear bool) {
	_, _ = s.object(func(m member) error {
		at, _ := s.value()
		switch {
		case string(m.name) == templateURLName:
			url = at
		case bytes.HasPrefix(m.name, []byte(functionPrefix)), hasVariable(m.name):
			unclear = true
		}
		return nil
	})
	return url, unclear
}

// text returns the string that comes next; empty where another value does.
func (w *stackWalk) text(s scanner) string {
	value := w.next(s)
	if value.Kind() != '"' {
		return ""
	}
	return string(cfn.Unquote(value))
}
