package declare

import (
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/template"
)

func jsonLayout(document *template.Document) layout {
	text, sections := document.File(), document.Sections()
	r := jsonReader{document.JSON(), len(text) - len(document.JSON())}
	l := layout{text: text, section: -1}
	for i, m := range sections.Members {
		l.sections = append(l.sections, r.inFile(m.At))
		if m.Name == cfn.SectionTransform {
			l.section, l.value = i, r.value(m.Value)
		}
	}
	l.version = sections.Members[0].Name == cfn.SectionVersion
	if l.spaceBefore(l.sections[0].Start) != "" {
		l.spelling = spacedJSON
	}
	return l
}

// jsonReader finds the transforms of valid JSON, which begins at an offset in its file.
type jsonReader struct {
	text   []byte
	offset int
}

// value finds the transforms of the Transform section.
func (r jsonReader) value(at cfn.Span) value {
	if r.text[at.Start] != '[' {
		return value{at: r.inFile(at), items: []item{r.item(at)}}
	}
	v := value{at: r.inFile(at), style: flowList}
	list := cfn.NewReader(at.Of(r.text), "a list")
	_, _ = list.Array(func(int) error {
		element, err := list.Value()
		v.items = append(v.items, r.item(cfn.Span{Start: at.Start + element.Start, End: at.Start + element.End}))
		return err
	})
	return v
}

func (r jsonReader) item(at cfn.Span) item {
	i := item{whole: r.inFile(at), at: r.inFile(at), parameters: make(map[string]cfn.Span)}
	declaration, _ := cfn.ReadObjectAt(r.text, at, "a transform") // no members where it is a name
	parameters, _ := declaration.Find(cfn.TransformParameters)
	object, _ := cfn.ReadObjectAt(r.text, parameters.Value, "Parameters")
	for _, m := range object.Members {
		i.parameters[m.Name] = r.inFile(m.Value)
	}
	return i
}

func (r jsonReader) inFile(at cfn.Span) cfn.Span {
	return cfn.Span{Start: r.offset + at.Start, End: r.offset + at.End}
}
