package declare

import (
	"bytes"
	"errors"
	"maps"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
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
	if value.Kind() != '[' {
		one, err := readTransform(value)
		if err != nil {
			return nil, err
		}
		return []Transform{one}, nil
	}
	var elements []jsontext.Value
	if err := json.Unmarshal(value, &elements); err != nil || len(elements) == 0 {
		return nil, errMalformed
	}
	var transforms []Transform
	for _, element := range elements {
		one, err := readTransform(element)
		if err != nil {
			return nil, err
		}
		transforms = append(transforms, one)
	}
	return transforms, nil
}

func readTransform(value jsontext.Value) (t Transform, err error) {
	switch value.Kind() {
	case '"':
		err = json.Unmarshal(value, &t.Name)
	case '{':
		err = json.Unmarshal(value, &t)
	}
	if err != nil || t.Name == "" {
		return Transform{}, errMalformed
	}
	for name, parameter := range t.Parameters {
		t.Parameters[name] = compact(parameter)
	}
	return t, nil
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
