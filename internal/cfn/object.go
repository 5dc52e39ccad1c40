package cfn

import "github.com/go-json-experiment/json/jsontext"

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

// ReadObject lists the members of the object that is the whole text. The name is what errors call the text.
func ReadObject(text []byte, name string) (Object, error) {
	return readObject(NewReader(text, name))
}

// ReadObjectAt does as [ReadObject] for an object within a text.
func ReadObjectAt(text []byte, at Span, name string) (Object, error) {
	return readObject(readerAt(text, at, name))
}

// Members returns the members of an object by name. They share its memory.
func Members(object []byte, name string) (map[string]jsontext.Value, error) {
	read, err := ReadObject(object, name)
	if err != nil {
		return nil, err
	}
	members := make(map[string]jsontext.Value, len(read.Members))
	for _, m := range read.Members {
		members[m.Name] = m.Value.Of(object)
	}
	return members, nil
}

func readObject(r *Reader) (Object, error) {
	o, err := r.Members()
	if err == nil {
		err = r.End()
	}
	if err != nil {
		return Object{}, err
	}
	return o, nil
}

// Members reads the next value, which must be an object, and lists its members.
func (r *Reader) Members() (o Object, err error) {
	o.At, err = r.Object(func(n Name) error {
		value, err := r.Value()
		o.Members = append(o.Members, Member{string(n.Name), Span{n.At.Start, value.End}, value})
		return err
	})
	return o, err
}
