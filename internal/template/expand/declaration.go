package expand

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/rawjson"
)

// Transform is a transform that a template declares.
type Transform struct {
	Name       string
	Parameters map[string]jsontext.Value
}

var errDeclaration = errors.New("a Transform is neither a name, nor an object of Name and Parameters, nor a list of those; write it as one of them")

// readDeclaration reads the value of Transform or Fn::Transform: a name, {"Name", "Parameters"}, or a
// list of those.
func readDeclaration(value jsontext.Value) ([]Transform, error) {
	switch value.Kind() {
	case '"':
		name, _ := rawjson.Text(value)
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
