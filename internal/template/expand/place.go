package expand

import (
	"bytes"
	"io"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/rawjson"
)

// place is where an object declares transforms.
type place struct {
	object rawjson.Span
	member rawjson.Span // from its name to the end of its value
	value  rawjson.Span
}

// without returns the object without its declaration.
func (p place) without(template []byte) []byte {
	cut := rawjson.Cut(template, p.object, p.member)
	return rawjson.Apply(template[:p.object.End], []rawjson.Edit{cut})[p.object.Start:]
}

// section finds the member Transform of the template itself.
func section(template []byte) (place, bool, error) {
	object, err := rawjson.ReadAll(template, "the template")
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
				return place{}, false, rawjson.Redact(err, "the template", 0)
			}
			at := int(decoder.InputOffset())
			switch kind {
			case '{':
				open = append(open, place{object: rawjson.Span{Start: at - 1}})
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
			if text, _ := rawjson.Text(name.Of(template)); text != "Fn::Transform" || !readName(decoder) {
				continue
			}
			in := &open[len(open)-1]
			if in.value, err = value(decoder); err != nil {
				return place{}, false, err
			}
			in.member = rawjson.Span{Start: name.Start, End: in.value.End}
		}
	}
}

// readName tells whether what the decoder read last is the name of a member.
func readName(decoder *jsontext.Decoder) bool {
	within, length := decoder.StackIndex(decoder.StackDepth())
	return within == '{' && length%2 == 1
}

// value reads the next value whole.
func value(decoder *jsontext.Decoder) (rawjson.Span, error) {
	value, err := decoder.ReadValue()
	if err != nil {
		return rawjson.Span{}, rawjson.Redact(err, "the template", 0)
	}
	end := int(decoder.InputOffset())
	return rawjson.Span{Start: end - len(value), End: end}, nil
}
