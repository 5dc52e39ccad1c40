package expand

import (
	"slices"
	"strconv"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/declare"
)

// Snippet is an object of a template that declares transforms by its member Fn::Transform.
type Snippet struct {
	Path       jsontext.Pointer // of the object
	Transforms []declare.Transform

	template       []byte
	object, member cfn.Span
}

// Snippets lists the snippets of a template, which is JSON, each after those inside it, as CloudFormation runs them.
func Snippets(template []byte) ([]Snippet, error) {
	r := snippetReader{template: template, json: cfn.NewReader(template, "the template")}
	if err := r.value(); err != nil {
		return nil, err
	}
	return r.found, nil
}

// snippetReader finds the objects with a member Fn::Transform. It does not look into these members.
type snippetReader struct {
	template []byte
	json     *cfn.Reader
	path     []string
	found    []Snippet
}

func (r *snippetReader) value() error {
	switch r.json.Kind() {
	case '{':
		return r.object()
	case '[':
		_, err := r.json.Array(func(i int) error { return r.child(strconv.Itoa(i)) })
		return err
	default:
		return r.json.Skip()
	}
}

func (r *snippetReader) child(name string) error {
	r.path = append(r.path, name)
	defer func() { r.path = r.path[:len(r.path)-1] }()
	return r.value()
}

func (r *snippetReader) object() error {
	s := Snippet{template: r.template}
	at, err := r.json.Object(func(n cfn.Name) error {
		if string(n.Name) != cfn.FunctionTransform {
			return r.child(string(n.Name))
		}
		value, err := r.json.Value()
		if err != nil {
			return err
		}
		s.member = cfn.Span{Start: n.At.Start, End: value.End}
		s.Transforms, err = declare.Transforms(r.json.Of(value))
		return err
	})
	if err == nil && s.Transforms != nil {
		s.object = at
		for _, name := range r.path {
			s.Path = s.Path.AppendToken(name)
		}
		r.found = append(r.found, s)
	}
	return err
}

// fragment returns the object without its declaration, and with edits of what is in it. The declaration is after the edits or
// before them.
func (s Snippet) fragment(edits []cfn.Edit) ([]byte, error) {
	edits = append(slices.Clip(edits), cfn.Cut(s.template, s.object, s.member))
	for i := range edits {
		edits[i].At.Start -= s.object.Start
		edits[i].At.End -= s.object.Start
	}
	return cfn.Apply(s.object.Of(s.template), edits)
}
