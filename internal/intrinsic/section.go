package intrinsic

import (
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/rawjson"
)

// section is an object of the template whose members are looked up by name. It is read once, when it is
// first used.
type section struct {
	text     jsontext.Value
	members  map[string]jsontext.Value
	children map[string]*section
}

// find returns a member; nil where there is none, and where the section is no object.
func (s *section) find(name string) jsontext.Value {
	if s.members == nil {
		s.members, _ = rawjson.Members(s.text, "")
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
