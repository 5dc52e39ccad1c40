package examples_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// roleBoundaries returns the boundary of each role of a template.
func roleBoundaries(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var object struct {
		Resources map[string]struct {
			Type       string
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}
	found := make(map[string]any)
	for id, resource := range object.Resources {
		if resource.Type == "AWS::IAM::Role" {
			found[id] = resource.Properties["PermissionsBoundary"]
		}
	}
	return found
}

// resourceTypes returns the types of a template's resources.
func resourceTypes(t *testing.T, text []byte) map[string]string {
	t.Helper()
	var object struct {
		Resources map[string]struct{ Type string }
	}
	if err := json.Unmarshal(text, &object); err != nil {
		t.Fatal(err)
	}
	types := make(map[string]string)
	for id, resource := range object.Resources {
		types[id] = resource.Type
	}
	return types
}

// Properties that the macro may change, by the types of their resources.
const (
	boundaryOfRole = "AWS::IAM::Role PermissionsBoundary"
	urlOfStack     = "AWS::CloudFormation::Stack TemplateURL"
)

// spelling returns the tokens of a template in order, each as it is spelled, without some properties and without the Transform
// section.
func spelling(t *testing.T, text []byte, without ...string) []string {
	t.Helper()
	types := resourceTypes(t, text)
	left := func(at jsontext.Pointer) bool {
		path := slices.Collect(at.Tokens())
		switch {
		case len(path) == 1:
			return path[0] == "Transform"
		case len(path) == 4 && path[0] == "Resources" && path[2] == "Properties":
			return slices.Contains(without, types[path[1]]+" "+path[3])
		default:
			return false
		}
	}
	var tokens []string
	decoder := jsontext.NewDecoder(bytes.NewReader(text))
	for {
		token, err := next(decoder)
		if errors.Is(err, io.EOF) {
			return tokens
		}
		if err != nil {
			t.Fatal(err)
		}
		if named(decoder) && left(decoder.StackPointer()) {
			if err := decoder.SkipValue(); err != nil {
				t.Fatal(err)
			}
			continue
		}
		tokens = append(tokens, token)
	}
}

// next reads the begin or end of an object or array, or another value as it is spelled.
func next(decoder *jsontext.Decoder) (string, error) {
	switch kind := decoder.PeekKind(); kind {
	case '{', '[', '}', ']':
		token, err := decoder.ReadToken()
		return token.String(), err
	default:
		value, err := decoder.ReadValue()
		return string(value), err
	}
}

// named reports whether the last token was the name of a member.
func named(decoder *jsontext.Decoder) bool {
	kind, length := decoder.StackIndex(decoder.StackDepth())
	return kind == '{' && length%2 == 1
}
