package expand

import (
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
	if err := r.value(""); err != nil {
		return nil, err
	}
	return r.found, nil
}

// snippetReader finds the objects with a member Fn::Transform. It does not look into these members.
type snippetReader struct {
	template []byte
	json     *cfn.Reader
	found    []Snippet
}

func (r *snippetReader) value(path jsontext.Pointer) error {
	switch r.json.Kind() {
	case '{':
		s := Snippet{Path: path, template: r.template}
		at, err := r.json.Object(func(n cfn.Name) error {
			if string(n.Name) != cfn.FunctionTransform {
				return r.value(path.AppendToken(string(n.Name)))
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
			r.found = append(r.found, s)
		}
		return err
	case '[':
		_, err := r.json.Array(func(i int) error { return r.value(path.AppendToken(strconv.Itoa(i))) })
		return err
	default:
		return r.json.Skip()
	}
}
