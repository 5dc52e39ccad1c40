package declare

import (
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/template"
)

func jsonLayout(text []byte, document *template.Document) layout {
	sections := document.Sections()
	l := layout{text: text, section: -1, version: sections.Members[0].Name == cfn.SectionVersion}
	for i, m := range sections.Members {
		l.sections = append(l.sections, m.At)
		if m.Name == cfn.SectionTransform {
			l.section, l.value = i, jsonValue(document.JSON(), m.Value)
		}
	}
	if l.spaceBefore(l.sections[0].Start) != "" {
		l.spelling = spacedJSON
	}
	return l
}

// jsonValue finds the transforms of the Transform section.
func jsonValue(text []byte, at cfn.Span) value {
	if text[at.Start] != '[' {
		return value{at: at, items: []item{jsonItem(text, at)}}
	}
	v := value{at: at, style: flowList}
	list := cfn.NewReader(at.Of(text), "a list")
	_, _ = list.Array(func(int) error {
		element, err := list.Value()
		v.items = append(v.items, jsonItem(text, cfn.Span{Start: at.Start + element.Start, End: at.Start + element.End}))
		return err
	})
	return v
}

func jsonItem(text []byte, at cfn.Span) item {
	i := item{whole: at, at: at, parameters: make(map[string]cfn.Span)}
	declaration, _ := cfn.ReadObjectAt(text, at, "a transform") // no members where it is a name
	parameters, _ := declaration.Find(cfn.TransformParameters)
	object, _ := cfn.ReadObjectAt(text, parameters.Value, "Parameters")
	for _, m := range object.Members {
		i.parameters[m.Name] = m.Value
	}
	return i
}
