package declare_test

import (
	"bytes"
	"reflect"
	"slices"
	"testing"

	"amplify-boundary/internal/declare"

	"go.yaml.in/yaml/v4"
)

// What Declare does to any text: all but the section Transform stays, the macro comes last, a second run
// changes nothing, and Undeclare takes it out again.
func FuzzAdd(f *testing.F) {
	for _, seed := range []string{
		`{"Resources":{}}`, `{"AWSTemplateFormatVersion":"2010-09-09","Transform":["A",{"Name":"B","Parameters":{}}],"Resources":{}}`,
		"AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31 # x\nResources:\n  A: !Sub |\n    b\n",
		"Transform:\n- A\n- Name: B\n  Parameters: {x: [1, 'a, b']}\n\n# c\nResources: {R: {Type: x}}\n",
		"--- &r\nTransform:\n    Name: A\n    Parameters:\n      x: >-\n        # y\nResources: {}\n...\n",
		"{Resources: {a: \"}\"}, Transform: [a b 'c', 'd'' ]', ], # e\n}", "\ufeffResources: {}\r\nTransform:\r\n  - A",
		"Resources: {}\nTransform: {Name: AmplifyBoundary, Parameters: {Environment: on}}\n",
		"? Transform\n: A\n? Resources\n: {}\n", "Transform: &a [!!str b, &c d]\nResources: {}\n",
	} {
		f.Add([]byte(seed), "prod", "")
		f.Add([]byte(seed), "", "no")
	}
	f.Fuzz(func(t *testing.T, template []byte, environment, project string) {
		d := declare.Macro{Environment: environment, Project: project}
		declared, err := declare.Add(bytes.Clone(template), d)
		if err != nil {
			if declared != nil {
				t.Error("a result beside an error")
			}
			return
		}
		before, after := readSections(t, template), readSections(t, declared)
		if !reflect.DeepEqual(before.rest, after.rest) {
			t.Errorf("the rest changed:\n%q\n%q", template, declared)
		}
		others := slices.DeleteFunc(slices.Clone(before.transforms), isOurs)
		if got := len(after.transforms) - 1; !isOurs(after.transforms[got]) || !slices.EqualFunc(after.transforms[:got], others, func(a, b any) bool { return reflect.DeepEqual(a, b) }) {
			t.Errorf("transforms %v became %v", before.transforms, after.transforms)
		}
		if again, err := declare.Add(declared, d); err != nil || !bytes.Equal(again, declared) {
			t.Errorf("declared again: %q, %v", again, err)
		}
		undeclared, err := declare.Remove(declared, "")
		switch {
		case err != nil:
			t.Errorf("undeclare %q: %v", declared, err)
		case len(before.transforms) == 0 && !before.hasSection && !bytes.Equal(undeclared, template):
			t.Errorf("%q came back as %q", template, undeclared)
		default:
			if got := readSections(t, undeclared); !reflect.DeepEqual(got.rest, before.rest) || len(got.transforms) != len(others) {
				t.Errorf("%q came back as %q", template, undeclared)
			}
		}
	})
}

// reading is what an independent reader sees of a template.
type reading struct {
	rest       []any
	transforms []any
	hasSection bool
}

// readSections reads by the YAML library alone. JSON that YAML reads otherwise is skipped.
func readSections(t *testing.T, template []byte) (r reading) {
	var document yaml.Node
	if err := yaml.Unmarshal(template, &document); err != nil {
		t.Skip(err)
	}
	root := document.Content[0]
	for i := 0; i < len(root.Content); i += 2 {
		name, value := root.Content[i].Value, root.Content[i+1]
		if name != "Transform" {
			r.rest = append(r.rest, name, shape(value))
			continue
		}
		r.hasSection = true
		if value.Kind != yaml.SequenceNode {
			r.transforms = append(r.transforms, shape(value))
			continue
		}
		for _, one := range value.Content {
			r.transforms = append(r.transforms, shape(one))
		}
	}
	return r
}

// shape returns a node without places and comments.
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
