package expand

import (
	"bytes"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

const snippetName = "Fn::Transform"

// Snippet is an object of a template that declares transforms by its member Fn::Transform.
type Snippet struct {
	Path       jsontext.Pointer // where the object is
	Transforms []Transform

	template    []byte
	declaration declaration
}

// Fragment returns the object without its declaration, and with the snippets inside it unchanged.
func (s Snippet) Fragment() ([]byte, error) {
	return s.declaration.without(s.template, nil)
}

// Snippets lists the snippets of a template, each after those inside it, as CloudFormation runs them.
func Snippets(template []byte) ([]Snippet, error) {
	var snippets []Snippet
	err := readSnippets(template, func(d declaration, path jsontext.Pointer) error {
		transforms, err := readDeclaration(d.value.Of(template))
		if err != nil {
			return err
		}
		snippets = append(snippets, Snippet{path, transforms, template, d})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return snippets, nil
}

// readSnippets calls visit with each object that has a member Fn::Transform, when the object ends: inner ones before outer ones. It does
// not look into the declarations.
func readSnippets(template []byte, visit func(declaration, jsontext.Pointer) error) error {
	r := snippetReader{template: template, decoder: jsontext.NewDecoder(bytes.NewBuffer(template)), visit: visit} // read in place
	for {
		if err := r.next(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

type snippetReader struct {
	template []byte
	decoder  *jsontext.Decoder
	open     []openObject
	visit    func(declaration, jsontext.Pointer) error
}

// openObject is an object that has not ended yet.
type openObject struct {
	declaration
	path jsontext.Pointer // where it declares transforms
}

// next reads a token, or the value of a member Fn::Transform. Its error is [io.EOF] behind the template.
func (r *snippetReader) next() error {
	token, err := r.decoder.ReadToken()
	if err == io.EOF {
		return io.EOF
	}
	if err != nil {
		return redact(err)
	}
	end := int(r.decoder.InputOffset())
	switch token.Kind() {
	case '{':
		r.open = append(r.open, openObject{declaration: declaration{object: cfn.Span{Start: end - 1}}})
	case '}':
		ended := r.open[len(r.open)-1]
		r.open = r.open[:len(r.open)-1]
		if ended.object.End = end; ended.member.Found() {
			return r.visit(ended.declaration, ended.path)
		}
	case '"':
		if token.String() == snippetName && r.isName() {
			return r.declares(&r.open[len(r.open)-1])
		}
	}
	return nil
}

// isName reports whether what the decoder read last is the name of a member.
func (r *snippetReader) isName() bool {
	within, length := r.decoder.StackIndex(r.decoder.StackDepth())
	return within == '{' && length%2 == 1
}

// declares reads the value of the member Fn::Transform, whose name was read last, of an object.
func (r *snippetReader) declares(in *openObject) error {
	in.path = r.decoder.StackPointer().Parent()
	nameEnd := int(r.decoder.InputOffset())
	in.member.Start = bytes.LastIndexByte(r.template[:nameEnd-1], '"')
	value, err := r.decoder.ReadValue()
	if err != nil {
		return redact(err)
	}
	in.member.End = int(r.decoder.InputOffset())
	in.value = cfn.Span{Start: in.member.End - len(value), End: in.member.End}
	return nil
}

func redact(err error) error { return cfn.Redact(err, "the template", 0) }
