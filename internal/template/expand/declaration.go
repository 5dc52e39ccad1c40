package expand

import (
	"errors"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// Transform is a transform that a template declares.
type Transform struct {
	Name       string
	Parameters map[string]jsontext.Value
}

// declaration is where an object of a template declares transforms.
type declaration struct {
	object cfn.Span
	member cfn.Span // from its name to the end of its value
	value  cfn.Span
}

// without returns the object without its declaration, and with edits of what stands in it beside the declaration.
func (d declaration) without(template []byte, edits []cfn.Edit) ([]byte, error) {
	edits = append(slices.Clone(edits), cfn.Cut(template, d.object, d.member))
	for i := range edits {
		edits[i].At.Start -= d.object.Start
		edits[i].At.End -= d.object.Start
	}
	return cfn.Apply(d.object.Of(template), edits)
}

var errDeclaration = errors.New("a Transform is neither a name, nor an object of Name and Parameters, nor a list of those; write it as one of them")

// readDeclaration reads the value of Transform or Fn::Transform: a name, {"Name", "Parameters"}, or a
// list of those.
func readDeclaration(value jsontext.Value) ([]Transform, error) {
	switch value.Kind() {
	case '"':
		name, _ := cfn.Text(value)
		if name == "" {
			return nil, errDeclaration
		}
		return []Transform{{Name: name}}, nil
	case '{':
		var object Transform
		if json.Unmarshal(value, &object) != nil || object.Name == "" {
			return nil, errDeclaration
		}
		return []Transform{object}, nil
	case '[':
		var list []jsontext.Value
		if json.Unmarshal(value, &list) != nil || len(list) == 0 {
			return nil, errDeclaration
		}
		var transforms []Transform
		for _, element := range list {
			if element.Kind() == '[' {
				return nil, errDeclaration
			}
			one, err := readDeclaration(element)
			if err != nil {
				return nil, err
			}
			transforms = append(transforms, one...)
		}
		return transforms, nil
	default:
		return nil, errDeclaration
	}
}
