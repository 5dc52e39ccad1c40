package declare_test

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"

	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/test/declaretest"

	"go.yaml.in/yaml/v4"
)

// Whatever the template, all but the Transform section stays, the macro comes last, a second run changes nothing, and Remove
// restores the template.
func FuzzAdd(f *testing.F) {
	for _, seed := range []string{
		`{"Resources":{}}`, `{"AWSTemplateFormatVersion":"2010-09-09","Transform":["A",{"Name":"B","Parameters":{}}],"Resources":{}}`,
		"AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31 # x\nResources:\n  A: !Sub |\n    b\n",
		"Transform:\n- A\n- Name: B\n  Parameters: {x: [1, 'a, b']}\n\n# c\nResources: {R: {Type: x}}\n",
		"--- &r\nTransform:\n    Name: A\n    Parameters:\n      x: >-\n        # y\nResources: {}\n...\n",
		"{Resources: {a: \"}\"}, Transform: [a b 'c', 'd'' ]', ], # e\n}", "\ufeffResources: {}\r\nTransform:\r\n  - A",
		"Resources: {}\nTransform: {Name: AmplifyBoundary, Parameters: {Environment: on}}\n",
		"Transform: [A]\nResources: {}\n", "Transform: [ A ] # x\nResources: {}\nTransform: [{Name: A, Parameters: {B: [c]}}]\n", `{"Transform":["A"],"Resources":{}}`,
		"Transform: [AmplifyBoundary, AWS::LanguageExtensions]\nResources: {}\n", "{Resources: {}, Transform: 'A'}\n",
		"? Transform\n: A\n? Resources\n: {}\n", "Transform: &a [!!str b, &c d]\nResources: {}\n",
	} {
		f.Add([]byte(seed), "prod", "")
		f.Add([]byte(seed), "", "no")
	}
	f.Fuzz(func(t *testing.T, file []byte, environment, project string) {
		m := declare.Macro{Environment: strings.ToValidUTF8(environment, ""), Project: strings.ToValidUTF8(project, "")}
		declared, err := declaretest.Add(bytes.Clone(file), m)
		if err != nil {
			if declared != nil {
				t.Error("a result beside an error")
			}
			return
		}
		before, after := readSections(t, file), readSections(t, declared)
		if !reflect.DeepEqual(before.rest, after.rest) {
			t.Errorf("the rest changed:\n%q\n%q", file, declared)
		}
		others := slices.DeleteFunc(slices.Clone(before.transforms), isOurs)
		if !equal(others, slices.DeleteFunc(slices.Clone(after.transforms), isOurs)) || len(after.transforms) != len(others)+1 {
			t.Errorf("transforms %v became %v", before.transforms, after.transforms)
		}
		if section, err := declare.Read(declared); err != nil || section.State("") != declare.Last {
			t.Errorf("%q: the macro is not last (%v)", declared, err)
		}
		if again, err := declaretest.Add(declared, m); err != nil || !bytes.Equal(again, declared) {
			t.Errorf("declared again: %q, %v", again, err)
		}
		removed, err := declaretest.Remove(declared, "")
		switch {
		case err != nil:
			t.Errorf("remove from %q: %v", declared, err)
		case len(others) < len(before.transforms): // the template declared the macro itself
		case !before.isBlockMap && !bytes.Equal(removed, file):
			t.Errorf("%q came back as %q", file, removed)
		default:
			if got := readSections(t, removed); !reflect.DeepEqual(got.rest, before.rest) || !equal(got.transforms, others) {
				t.Errorf("%q came back as %q", file, removed)
			}
		}
	})
}

func equal(a, b []any) bool {
	return slices.EqualFunc(a, b, func(x, y any) bool { return reflect.DeepEqual(x, y) })
}

// reading is what an independent reader reads in a template.
type reading struct {
	rest       []any
	transforms []any
	isBlockMap bool // the Transform section is one transform in block style, which stays a list
}

// readSections reads by the YAML library alone. JSON that YAML reads differently is skipped.
func readSections(t *testing.T, file []byte) (r reading) {
	var document yaml.Node
	if err := yaml.Load(file, &document); err != nil {
		t.Skip(err)
	}
	root := document.Content[0]
	last := -1
	for i := 0; i < len(root.Content); i += 2 {
		if root.Content[i].Value == "Transform" {
			last = i
		}
	}
	for i := 0; i < len(root.Content); i += 2 {
		name, value := root.Content[i].Value, root.Content[i+1]
		switch {
		case i != last:
			r.rest = append(r.rest, name, shape(value))
		case value.Kind != yaml.SequenceNode:
			r.transforms = append(r.transforms, shape(value))
			r.isBlockMap = value.Kind == yaml.MappingNode && value.Style&yaml.FlowStyle == 0
		default:
			for _, one := range value.Content {
				r.transforms = append(r.transforms, shape(one))
			}
		}
	}
	return r
}

// shape returns a node without positions and comments.
func shape(n *yaml.Node) any {
	contents := []any{n.Kind, n.Tag, n.Value, n.Anchor}
	for _, c := range n.Content {
		contents = append(contents, shape(c))
	}
	return contents
}

// isOurs reports whether a transform is AmplifyBoundary, with or without an account.
func isOurs(transform any) bool {
	node := transform.([]any)
	for i := 4; i+1 < len(node); i += 2 {
		if node[i].([]any)[2] == "Name" {
			node = node[i+1].([]any)
		}
	}
	name := node[2].(string)
	return name == "AmplifyBoundary" || len(name) == len("123456789012::AmplifyBoundary") && name[12:] == "::AmplifyBoundary"
}
