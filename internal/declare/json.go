package declare

import (
	"bytes"
	"io"
	"math"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

var byteOrderMark = []byte("\uFEFF")

// jsonReader reads a template in JSON as elements.
type jsonReader struct {
	decoder *jsontext.Decoder
	text    []byte
	offset  int // of the decoder's input in the text
}

// readJSONElement reads a template in JSON: of the section Transform all, of the others their places. The others are
// read only where a fault is to be named.
func readJSONElement(text []byte) (*element, error) {
	if root := skipSections(text); root != nil {
		return root, nil
	}
	body := bytes.TrimPrefix(text, byteOrderMark)
	r := jsonReader{jsontext.NewDecoder(bytes.NewBuffer(body)), text, len(text) - len(body)} // read in place
	root, err := r.collection(func(name string) (*element, error) {
		if name == sectionTransform {
			return r.element()
		}
		kind := jsonKind(r.decoder.PeekKind())
		at, err := r.value()
		return &element{kind: kind, at: at}, err
	})
	if err == nil {
		if _, err = r.decoder.ReadToken(); err == io.EOF {
			return root, nil
		}
	}
	return nil, cfn.Redact(err, "the template", int64(r.offset))
}

// skipSections reads a template as readJSONElement does, but looks at no more than the structure of the sections that
// are not Transform. It returns nil where the text is not JSON, and where it is better to look again.
func skipSections(text []byte) *element {
	object, ok := cfn.Outline(text, len(text)-len(bytes.TrimPrefix(text, byteOrderMark)), math.MaxInt)
	if !ok || !utf8.Valid(text) {
		return nil
	}
	root := &element{kind: kindMapping, at: object.At, entries: make([]entry, 0, len(object.Members))}
	for _, m := range object.Members {
		value := &element{kind: jsonKind(jsontext.Kind(text[m.Value.Start])), at: m.Value}
		if m.Name == sectionTransform {
			r := jsonReader{jsontext.NewDecoder(bytes.NewBuffer(m.Value.Of(text))), text, m.Value.Start}
			var err error
			if value, err = r.element(); err != nil {
				return nil
			}
		}
		root.entries = append(root.entries, entry{m.Name, m.At, value})
	}
	return root
}

// element reads the next value with all that is in it.
func (r jsonReader) element() (e *element, err error) {
	switch kind := jsonKind(r.decoder.PeekKind()); kind {
	case kindMapping, kindSequence:
		return r.collection(func(string) (*element, error) { return r.element() })
	default:
		e = &element{kind: kind}
		if e.at, err = r.value(); err == nil {
			e.text, _ = cfn.Text(e.at.Of(r.text))
		}
		return e, err
	}
}

// collection reads the object or the array that comes next; read reads a value, of which it gets the name.
func (r jsonReader) collection(read func(name string) (*element, error)) (*element, error) {
	e := &element{kind: jsonKind(r.decoder.PeekKind())}
	if _, err := r.decoder.ReadToken(); err != nil {
		return nil, err
	}
	e.at.Start = r.position() - 1
	for kind := r.decoder.PeekKind(); kind != '}' && kind != ']'; kind = r.decoder.PeekKind() {
		var one entry
		var err error
		if e.kind == kindMapping {
			if one.at, err = r.value(); err != nil {
				return nil, err
			}
			one.name, _ = cfn.Text(one.at.Of(r.text))
		}
		if one.value, err = read(one.name); err != nil {
			return nil, err
		}
		if e.kind == kindSequence {
			one.at.Start = one.value.at.Start
		}
		one.at.End = one.value.at.End
		e.entries = append(e.entries, one)
	}
	if _, err := r.decoder.ReadToken(); err != nil {
		return nil, err
	}
	e.at.End = r.position()
	return e, nil
}

// value reads the next value or name whole.
func (r jsonReader) value() (cfn.Span, error) {
	value, err := r.decoder.ReadValue()
	if err != nil {
		return cfn.Span{}, err
	}
	end := r.position()
	return cfn.Span{Start: end - len(value), End: end}, nil
}

// position returns the place in the text behind what has been read.
func (r jsonReader) position() int { return r.offset + int(r.decoder.InputOffset()) }

func jsonKind(kind jsontext.Kind) elementKind {
	switch kind {
	case '"':
		return kindString
	case '{':
		return kindMapping
	case '[':
		return kindSequence
	default:
		return kindOther
	}
}
