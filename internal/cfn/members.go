package cfn

import (
	"bytes"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// MembersUpTo does as [Members] does, but refuses an object with more members than a limit: each takes
// several times the memory that it has in the text.
func MembersUpTo(limit int, object []byte, name string) (map[string]jsontext.Value, error) {
	members := make(map[string]jsontext.Value)
	// Read in place.
	decoder := jsontext.NewDecoder(bytes.NewBuffer(object), jsontext.AllowDuplicateNames(true))
	if kind := decoder.PeekKind(); kind != '{' && kind != jsontext.KindInvalid {
		return members, fmt.Errorf("%s is not an object", name)
	}
	if _, err := decoder.ReadToken(); err != nil {
		return members, Redact(err, name, 0)
	}
	for decoder.PeekKind() != '}' {
		quoted, err := decoder.ReadValue()
		if err != nil {
			return members, Redact(err, name, 0)
		}
		member, _ := Text(quoted)
		if _, duplicate := members[member]; duplicate {
			return members, Redact(jsontext.ErrDuplicateName, name, decoder.InputOffset()-int64(len(quoted)))
		}
		value, err := decoder.ReadValue()
		if err != nil {
			return members, Redact(err, name, 0)
		}
		if len(members) == limit {
			return members, fmt.Errorf("%s has more than %d members", name, limit)
		}
		end := decoder.InputOffset()
		members[member] = object[end-int64(len(value)) : end]
	}
	if _, err := decoder.ReadToken(); err != nil {
		return members, Redact(err, name, 0)
	}
	end := decoder.InputOffset()
	switch _, err := decoder.ReadToken(); err {
	case io.EOF:
		return members, nil
	case nil:
		return members, Redact(nil, name, end)
	default:
		return members, Redact(err, name, 0)
	}
}

// MembersBut does as [MembersUpTo] does, but leaves the value of one member unread: what is wrong within it is
// left to whoever reads it, unless its structure is.
func MembersBut(unread string, limit int, object []byte, name string) (map[string]jsontext.Value, error) {
	outline, ok := Outline(object, 0, limit)
	if !ok {
		return MembersUpTo(limit, object, name)
	}
	members := make(map[string]jsontext.Value, len(outline.Members))
	for _, m := range outline.Members {
		value := jsontext.Value(m.Value.Of(object))
		if m.Name != unread && !value.IsValid(jsontext.AllowDuplicateNames(true)) {
			return MembersUpTo(limit, object, name)
		}
		members[m.Name] = value
	}
	return members, nil
}
