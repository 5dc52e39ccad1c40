package declare

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"amplify-boundary/internal/cfn"
)

const (
	sectionTransform = "Transform"
	sectionResources = "Resources"
	sectionVersion   = "AWSTemplateFormatVersion"

	memberName       = "Name"
	memberParameters = "Parameters"
)

// Template is the text of a template, JSON or YAML, whose declarations can be read and edited in place.
type Template struct {
	text       []byte
	root       *element
	transforms []declared // of the section Transform, in their order
	document   *yaml.Node // nil for JSON
}

// declared is a transform that a template declares.
type declared struct {
	name  string
	value *element // its name as a string, or an object of Name and Parameters
}

// ReadTemplate reads a template as far as its declarations need it. A text that begins with "{" is JSON if it
// is valid JSON, and else YAML, as any other text. The text must not change while the result is used.
//
// It fails with [ErrNoTemplate] where there is no section Resources, and where text or declaration is
// malformed. No error repeats a value of the template.
func ReadTemplate(text []byte) (*Template, error) {
	t := &Template{text: text}
	var err error
	if start := bytes.TrimLeft(bytes.TrimPrefix(text, byteOrderMark), " \t\r\n"); len(start) > 0 && start[0] == '{' {
		t.root, err = readJSONElement(text)
	}
	if t.root == nil {
		var yamlErr error
		if t.root, t.document, yamlErr = readYAMLElement(text); yamlErr != nil {
			return nil, cmp.Or(err, yamlErr)
		}
	}
	if resources := t.root.member(sectionResources); resources == nil || resources.kind != kindMapping {
		return nil, ErrNoTemplate
	}
	if section := t.root.member(sectionTransform); section != nil {
		if t.transforms, err = readDeclared(section); err != nil {
			return nil, fmt.Errorf("line %d: %w", t.transformLine(), err)
		}
	}
	return t, nil
}

// IsYAML reports whether the template was read as YAML.
func (t *Template) IsYAML() bool { return t.document != nil }

var errMalformedTransform = errors.New("a transform is neither a name, nor an object of Name and Parameters, nor a list of those; write it as one of them")

// readDeclared lists the transforms of the section Transform.
func readDeclared(section *element) ([]declared, error) {
	if section.kind != kindSequence {
		one, err := readOneDeclared(section)
		return []declared{one}, err
	}
	var all []declared
	for _, e := range section.entries {
		one, err := readOneDeclared(e.value)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func readOneDeclared(value *element) (declared, error) {
	name := value
	if value.kind == kindMapping {
		name = value.member(memberName)
	}
	if name == nil || name.kind != kindString || name.text == "" {
		return declared{}, errMalformedTransform
	}
	return declared{name.text, value}, nil
}

// transformLine returns the line of the section Transform, from 1; the first where there is none.
func (t *Template) transformLine() int {
	i := t.root.find(sectionTransform)
	if i < 0 {
		return 1
	}
	return 1 + bytes.Count(t.text[:t.root.entries[i].at.Start], []byte("\n"))
}

// edited reads the template after an edit, and makes sure that the edit kept all but the section Transform,
// and of that the transforms kept, in front of any other.
func (t *Template) edited(edits []cfn.Edit, kept []declared) (*Template, error) {
	text, err := cfn.Apply(t.text, edits)
	if err != nil {
		return nil, err
	}
	after, err := ReadTemplate(text)
	if err != nil || !t.isKept(after, kept) {
		return nil, t.notEditable()
	}
	return after, nil
}

// isKept compares YAML only: JSON is edited between tokens, whose places are certain.
func (t *Template) isKept(after *Template, kept []declared) bool {
	if t.document == nil || after.document == nil {
		return t.document == after.document
	}
	return sameSections(t.document, after.document) && len(kept) <= len(after.transforms) &&
		slices.EqualFunc(kept, after.transforms[:len(kept)], func(a, b declared) bool {
			return sameNodes([]*yaml.Node{a.value.node}, []*yaml.Node{b.value.node})
		})
}

func (t *Template) notEditable() error {
	return fmt.Errorf("line %d: %w", t.transformLine(), ErrNotEditable)
}
