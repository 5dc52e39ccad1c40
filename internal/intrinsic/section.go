package intrinsic

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// section is an object of the template whose members are looked up by name. It is read once, when it is first used.
type section struct {
	text     jsontext.Value
	members  map[string]jsontext.Value
	loops    bool // a member is Fn::ForEach or Fn::Transform, which stands for other members
	children map[string]*section
	plain    map[string]plainValue
}

// plainValue is the value of a member that contains no functions.
type plainValue struct {
	value Value
	err   error
}

// find returns a member; nil if it is absent, or if the section is not an object.
func (s *section) find(name string) jsontext.Value {
	if s.plain == nil {
		s.plain, s.children = make(map[string]plainValue), make(map[string]*section)
		if s.members == nil {
			s.members, _ = cfn.Members(s.text, "")
		}
		for name := range s.members {
			s.loops = s.loops || strings.HasPrefix(name, cfn.FunctionPrefix)
		}
	}
	return s.members[name]
}

// child returns a member as a section. It is empty if the member is absent.
func (s *section) child(name string) *section {
	if c, known := s.children[name]; known {
		return c
	}
	c := &section{text: s.find(name)}
	if c.text != nil {
		s.children[name] = c
	}
	return c
}

// plainMember returns the value of a member that contains no functions, and reports whether there is one. It is evaluated
// once, since a reference of a few bytes must not cost as much as a long value.
func (r *evaluation) plainMember(s *section, name string) (v Value, found bool, err error) {
	p, isKnown := s.plain[name]
	if !isKnown {
		part := s.find(name)
		if part == nil {
			return Value{}, false, nil
		}
		own := r.start() // outside all loops
		own.literal = true
		p.value, p.err = own.evaluate(part)
		s.plain[name] = p
	}
	if p.value.Doubt != nil {
		r.doubt = p.value.Doubt
	}
	if p.err != nil {
		return Value{}, true, p.err
	}
	list, _ := p.value.List()
	return p.value, true, r.spend(len(list))
}

const findInMapForm = "[map, key, key] or [map, key, key, {DefaultValue: value}]"

func (r *evaluation) findInMap(argument any) (Value, error) {
	parts, err := arguments("Fn::FindInMap", findInMapForm, argument, 3, 4)
	if err != nil {
		return Value{}, err
	}
	subject := "Fn::FindInMap" // with the map's name only if the template spells it: otherwise it can be a parameter's value
	if name, isLiteral := parts[0].(string); isLiteral {
		subject = named(subject, name)
	}
	var keys []string
	err = r.certain(func() (err error) {
		keys, err = r.texts("Fn::FindInMap", parts[:3]...)
		return err
	})
	if err != nil {
		return Value{}, err
	}
	v, found, err := r.plainMember(r.mappings.child(keys[0]).child(keys[1]), keys[2])
	switch {
	case found:
		return v, err
	case len(parts) == 3:
		return Value{}, &Error{subject, "no such keys in the Mappings section; a macro called by Fn::Transform does not get that section"}
	}
	object, _ := parts[3].(map[string]any)
	name, value, isOne := single(object)
	if !isOne || name != "DefaultValue" {
		return Value{}, malformed("Fn::FindInMap", findInMapForm)
	}
	return r.value(value)
}
