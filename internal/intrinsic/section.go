package intrinsic

import (
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// section is an object of the template whose members are looked up by name. It is read once, when it is
// first used.
type section struct {
	text     jsontext.Value
	members  map[string]jsontext.Value
	children map[string]*section
	plain    map[string]plainValue
}

// plainValue is what a member comes to that holds no functions.
type plainValue struct {
	value Value
	err   error
}

// find returns a member; nil where there is none, and where the section is no object.
func (s *section) find(name string) jsontext.Value {
	if s.members == nil {
		if s.members, _ = cfn.Members(s.text, ""); s.members == nil {
			s.members = make(map[string]jsontext.Value)
		}
	}
	return s.members[name]
}

// child returns a member as a section. It is empty where there is none.
func (s *section) child(name string) *section {
	if c, known := s.children[name]; known {
		return c
	}
	c := &section{text: s.find(name)}
	if c.text != nil {
		if s.children == nil {
			s.children = make(map[string]*section)
		}
		s.children[name] = c
	}
	return c
}

// plainMember returns what a member of a section comes to that holds no functions, and reports whether there
// is one. It is evaluated once: a few bytes that refer to it would otherwise cost as much as it is long. It
// stands outside of all loops.
func (e *Evaluator) plainMember(s *section, name string) (v Value, found bool, err error) {
	if p, known := s.plain[name]; known {
		return p.value, true, p.err
	}
	text := s.find(name)
	if text == nil {
		return Value{}, false, nil
	}
	v, err = e.reader(text, 0).plain()
	if s.plain == nil {
		s.plain = make(map[string]plainValue)
	}
	s.plain[name] = plainValue{v, err}
	return v, true, err
}
