package declare

import (
	"bytes"
	"errors"
	"maps"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// Transform is a transform that a template declares.
type Transform struct {
	Name       string
	Parameters map[string]jsontext.Value // without white space
}

func (t Transform) equal(u Transform) bool {
	return t.Name == u.Name && maps.EqualFunc(t.Parameters, u.Parameters, func(a, b jsontext.Value) bool { return bytes.Equal(a, b) })
}

var errMalformed = errors.New("a transform must be a name, an object with Name and Parameters, or a list of these")

// Transforms reads the value of Transform or Fn::Transform, which is JSON: a name, an object with Name and Parameters, or a
// list of these.
func Transforms(value jsontext.Value) ([]Transform, error) {
	elements, isList := cfn.Elements(value)
	if !isList {
		elements = []jsontext.Value{value}
	}
	var transforms []Transform
	for _, element := range elements {
		var t Transform
		var err error
		switch element.Kind() {
		case '"':
			err = json.Unmarshal(element, &t.Name)
		case '{':
			err = json.Unmarshal(element, &t)
		}
		if err != nil || t.Name == "" {
			return nil, errMalformed
		}
		for name, parameter := range t.Parameters {
			t.Parameters[name] = compact(parameter)
		}
		transforms = append(transforms, t)
	}
	if len(transforms) == 0 {
		return nil, errMalformed
	}
	return transforms, nil
}

// IsMacro reports whether the name in a declaration means a macro. Each can have an account before it; two accounts must
// agree.
func IsMacro(declared, macro string) bool {
	account, name := splitMacro(declared)
	wantedAccount, wanted := splitMacro(macro)
	return name == wanted && (account == "" || wantedAccount == "" || account == wantedAccount)
}

// splitMacro splits <account>::<name>. AWS's own transforms, such as AWS::Include, have no account.
func splitMacro(name string) (account, rest string) {
	before, after, found := strings.Cut(name, "::")
	if !found || len(before) != 12 || strings.Trim(before, "0123456789") != "" {
		return "", name
	}
	return before, after
}
