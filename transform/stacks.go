package transform

import (
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// Stacks are the nested stacks of a fragment, with what decides which templates they have.
type Stacks struct {
	List []NestedStack

	// Parameters, Mappings, and Conditions are these sections of the template. They are nil if the template has none,
	// and in a snippet, which does not show them.
	Parameters, Mappings, Conditions jsontext.Value
}

// NestedStack is a nested stack of a fragment, or an application of SAM, which SAM turns into one.
type NestedStack struct {
	Resource
	TemplateURL cfn.Span       // of its value, or of an application's Location; not found if it cannot be known
	Value       jsontext.Value // of TemplateURL
	Parameters  jsontext.Value // the values of the nested template's parameters; nil if there are none
	AssetPath   string         // the file that CDK names in the metadata aws:asset:path, if it names one
	Condition   string         // the name of its Condition, if it has one

	loop *loop
}

// LoopVariables returns the variables of the loops around the nested stack, the outermost first.
func (s NestedStack) LoopVariables() []string {
	var variables []string
	for l := s.loop; l != nil; l = l.outer {
		variables = append(variables, l.variable)
	}
	slices.Reverse(variables)
	return variables
}

// loop is an Fn::ForEach around a resource, in the loop around it.
type loop struct {
	variable string
	outer    *loop
}

// Stacks returns the nested stacks in the order of the source.
func (f *Fragment) Stacks() Stacks { return f.stacks }

// section keeps a section of the template, if it decides on the templates of nested stacks.
func (s *Stacks) section(name string, value jsontext.Value) {
	switch name {
	case cfn.SectionParameters:
		s.Parameters = value
	case cfn.SectionMappings:
		s.Mappings = value
	case cfn.SectionConditions:
		s.Conditions = value
	}
}

// urlProperty returns the property with the URL of a nested stack's template. It is empty for other resources.
func urlProperty(typ string) string {
	switch typ {
	case cfn.TypeStack:
		return cfn.PropertyTemplateURL
	case cfn.TypeServerlessApplication:
		return cfn.PropertyLocation
	default:
		return ""
	}
}

// nestedStack records a nested stack. Its URL cannot be known if another property could turn into it.
func (p *parser) nestedStack(s NestedStack, propertiesAt, metadataAt cfn.Span) {
	isKnown := true
	for _, m := range p.again(propertiesAt) {
		switch {
		case m.Name == urlProperty(s.Type):
			s.TemplateURL = m.Value
		case m.Name == cfn.PropertyParameters:
			s.Parameters = p.reader.Of(m.Value)
		case strings.HasPrefix(m.Name, cfn.FunctionPrefix), hasVariable(m.Name):
			isKnown = false
		}
	}
	if !isKnown {
		s.TemplateURL = cfn.Span{}
	} else if s.TemplateURL.Found() {
		s.Value = p.reader.Of(s.TemplateURL)
	}
	for _, m := range p.again(metadataAt) {
		if m.Name == cfn.MetadataAssetPath {
			s.AssetPath, _ = cfn.Text(p.reader.Of(m.Value))
		}
	}
	s.loop = p.loop
	p.fragment.stacks.List = append(p.fragment.stacks.List, s)
}
