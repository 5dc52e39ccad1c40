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

	samApplicationType = "AWS::Serverless::Application"
)

// Stacks are the nested stacks of a fragment, with what decides which templates they have.
type Stacks struct {
	List []NestedStack

	// Parameters, Mappings and Conditions are those sections of the template; nil where there are none, and
	// in a snippet, which shows none.
	Parameters, Mappings, Conditions jsontext.Value
}

// NestedStack is a nested stack of a fragment. An application of SAM, which SAM turns into one, is listed too:
// its Location takes the place of TemplateURL.
type NestedStack struct {
	Resource
	TemplateURL   cfn.Span       // the span of its value; not found where it has none that could be known
	Value         jsontext.Value // the value
	Parameters    jsontext.Value // what the stack's own parameters get; nil where there is none
	AssetPath     string         // the file that CDK names in the metadata aws:asset:path; empty where it names none
	Condition     string         // the name of its Condition; empty where there is none
	LoopVariables []string       // of the loops around it, the outermost first
}

// Stacks reads the nested stacks again, with their URLs, in the order of the source. It costs another pass over the
// fragment.
func (f *Fragment) Stacks() Stacks {
	w := stackWalk{source: f.source}
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
	var properties jsontext.Value
	stack := NestedStack{Resource: Resource{LogicalID: id}, LoopVariables: variables}
	propertiesAt := span{}
	_, _ = s.object(func(m member) error {
		switch string(m.name) {
		case "Properties":
			propertiesAt, _ = s.value()
			properties = propertiesAt.Of(w.source)
		case "Metadata":
			w.metadata(s, &stack)
		case "Type":
			stack.Type = w.text(s)
		case "Condition":
			stack.Condition = w.text(s)
		default:
			_, _ = s.value()
		}
		return nil
	})
	url := map[string]string{stackType: templateURLName, samApplicationType: "Location"}[stack.Type]
	if url == "" {
		return
	}
	if properties.Kind() == '{' {
		w.properties(within(scan(nil, true).decoder, w.source, propertiesAt), url, &stack)
	}
	w.List = append(w.List, stack)
}

// metadata finds the path of an asset.
func (w *stackWalk) metadata(s scanner, stack *NestedStack) {
	if s.peek() != '{' {
		_, _ = s.value()
		return
	}
	_, _ = s.object(func(m member) error {
		if string(m.name) == "aws:asset:path" {
			stack.AssetPath = w.text(s)
			return nil
		}
		return s.skip()
	})
}

// properties finds a stack's URL and parameters. The URL is not known where another member might turn into one.
func (w *stackWalk) properties(s scanner, urlName string, stack *NestedStack) {
	unclear := false
	_, _ = s.object(func(m member) error {
		at, _ := s.value()
		switch {
		case string(m.name) == urlName:
			stack.TemplateURL, stack.Value = at, at.Of(w.source)
		case string(m.name) == sectionParameters:
			stack.Parameters = at.Of(w.source)
		case bytes.HasPrefix(m.name, []byte(functionPrefix)), hasVariable(m.name):
			unclear = true
		}
		return nil
	})
	if unclear {
		stack.TemplateURL, stack.Value = span{}, nil
	}
}

// text returns the string that comes next; empty where another value does.
func (w *stackWalk) text(s scanner) string {
	value := w.next(s)
	if value.Kind() != '"' {
		return ""
	}
	return string(cfn.Unquote(value))
}
