package cfn

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// Object is an object in a text.
type Object struct {
	At      Span
	Members []Member
}

// Member is a member of an object in a text.
type Member struct {
	Name  string
	At    Span // from the name to the end of the value
	Value Span
}

// Find returns the member of a name.
func (o Object) Find(name string) (Member, bool) {
	for _, m := range o.Members {
		if m.Name == name {
			return m, true
		}
	}
	return Member{}, false
}

// Read lists the members of the object at a place of a text. It fails where that is no valid object;
// the name is what the message calls the text.
func Read(text []byte, at Span, name string) (Object, error) {
	decoder := jsontext.NewDecoder(bytes.NewBuffer(at.Of(text))) // read in place
	fail := func(err error) (Object, error) { return Object{}, Redact(err, name, int64(at.Start)) }
	if kind := decoder.PeekKind(); kind != '{' && kind != jsontext.KindInvalid {
		return Object{}, &Error{Name: name, Reason: "an object is expected there", Offset: int64(at.Start)}
	}
	if _, err := decoder.ReadToken(); err != nil {
		return fail(err)
	}
	object := Object{At: Span{at.Start + int(decoder.InputOffset()) - 1, 0}}
	for decoder.PeekKind() != '}' {
		quoted, err := decoder.ReadValue()
		if err != nil {
			return fail(err)
		}
		start := at.Start + int(decoder.InputOffset()) - len(quoted)
		unquoted, err := jsontext.AppendUnquote(nil, quoted)
		if err != nil {
			return fail(err)
		}
		value, err := decoder.ReadValue()
		if err != nil {
			return fail(err)
		}
		end := at.Start + int(decoder.InputOffset())
		object.Members = append(object.Members, Member{string(unquoted), Span{start, end}, Span{end - len(value), end}})
	}
	if _, err := decoder.ReadToken(); err != nil {
		return fail(err)
	}
	object.At.End = at.Start + int(decoder.InputOffset())
	return object, nil
}

// ReadAll lists the members of the object that a text holds, and nothing else but white space.
func ReadAll(text []byte, name string) (Object, error) {
	object, err := Read(text, Span{0, len(text)}, name)
	if err != nil {
		return Object{}, err
	}
	if rest := bytes.TrimLeft(text[object.At.End:], space); len(rest) > 0 {
		return Object{}, Redact(nil, name, int64(len(text)-len(rest)))
	}
	return object, nil
}
