package expand

import (
	"bytes"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/jsonedit"
	"amplify-boundary/internal/syntax"
)

// place is where an object declares transforms.
type place struct {
	object jsonedit.Span
	member jsonedit.Span // from its name to the end of its value
	value  jsonedit.Span
}

// without returns the object without its declaration.
func (p place) without(template []byte) []byte {
	cut := jsonedit.Cut(template, p.object, p.member)
	return jsonedit.Apply(template[:p.object.End], []jsonedit.Edit{cut})[p.object.Start:]
}

// section finds the member Transform of the template itself.
func section(template []byte) (place, bool, error) {
	object, err := jsonedit.ReadAll(template, "the template")
	if err != nil {
		return place{}, false, err
	}
	member, found := object.Find("Transform")
	return place{object.At, member.At, member.Value}, found, nil
}

// innermostSnippet finds an object with a member Fn::Transform that has no such object inside: the first
// to end.
func innermostSnippet(template []byte) (place, bool, error) {
	decoder := jsontext.NewDecoder(bytes.NewBuffer(template)) // read in place
	var open []place
	for {
		switch kind := decoder.PeekKind(); kind {
		case '{', '}', '[', ']', jsontext.KindInvalid:
			if _, err := decoder.ReadToken(); err == io.EOF {
				return place{}, false, nil
			} else if err != nil {
				return place{}, false, syntax.Describe(err, "the template", 0)
			}
			at := int(decoder.InputOffset())
			switch kind {
			case '{':
				open = append(open, place{object: jsonedit.Span{Start: at - 1}})
			case '}':
				ended := open[len(open)-1]
				open = open[:len(open)-1]
				if ended.object.End = at; ended.member.Found() {
					return ended, true, nil
				}
			}
		default:
			name, err := value(decoder)
			if err != nil {
				return place{}, false, err
			}
			if text, _ := syntax.Text(name.Of(template)); text != "Fn::Transform" || !readName(decoder) {
				continue
			}
			in := &open[len(open)-1]
			if in.value, err = value(decoder); err != nil {
				return place{}, false, err
			}
			in.member = jsonedit.Span{Start: name.Start, End: in.value.End}
		}
	}
}

// readName tells whether what the decoder read last is the name of a member.
func readName(decoder *jsontext.Decoder) bool {
	within, length := decoder.StackIndex(decoder.StackDepth())
	return within == '{' && length%2 == 1
}

// value reads the next value whole.
func value(decoder *jsontext.Decoder) (jsonedit.Span, error) {
	value, err := decoder.ReadValue()
	if err != nil {
		return jsonedit.Span{}, syntax.Describe(err, "the template", 0)
	}
	end := int(decoder.InputOffset())
	return jsonedit.Span{Start: end - len(value), End: end}, nil
}
