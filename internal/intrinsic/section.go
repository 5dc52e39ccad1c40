package intrinsic

import (
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// section is an object of the template whose members are looked up by name.
type section struct {
	members  map[string]jsontext.Value
	children map[string]*section // those that were looked up
	plain    map[string]plainValue
}

// plainValue is the value of a member that contains no functions.
type plainValue struct {
	value Value
	err   error
}

func newSection(members map[string]jsontext.Value) *section {
	return &section{members, make(map[string]*section), make(map[string]plainValue)}
}

// readSection reads a section. What is not an object has no members.
func readSection(text jsontext.Value) *section {
	members, _ := cfn.Members(text, "")
	return newSection(members)
}

// child returns a member as a section. It is empty if the member is absent.
func (s *section) child(name string) *section {
	text, found := s.members[name]
	if !found {
		return newSection(nil)
	}
	if s.children[name] == nil {
		s.children[name] = readSection(text)
	}
	return s.children[name]
}

// plainMember returns the value of a member that contains no functions, and reports whether there is one. It is evaluated
// once, since a reference of a few bytes must not cost as much as a long value.
func (r *evaluation) plainMember(s *section, name string) (v Value, found bool) {
	p, isKnown := s.plain[name]
	if !isKnown {
		part, found := s.members[name]
		if !found {
			return Value{}, false
		}
		own := r.start() // outside all loops
		own.literal = true
		p.value, p.err = own.evaluate(part)
		s.plain[name] = p
	}
	if p.err != nil {
		panic(p.err)
	}
	if p.value.Doubt != nil {
		r.doubt = p.value.Doubt
	}
	list, _ := p.value.List()
	r.spend(len(list))
	return p.value, true
}

func (r *evaluation) findInMap(argument any) Value {
	const form = "[map, key, key] or [map, key, key, {DefaultValue: value}]"
	parts := arguments("Fn::FindInMap", form, argument, 3, 4)
	subject := "Fn::FindInMap" // with the map's name only if the template spells it: otherwise it can be a parameter's value
	if name, isLiteral := parts[0].(string); isLiteral {
		subject = named(subject, name)
	}
	var keys [3]string
	r.certain(func() {
		for i := range keys {
			keys[i] = r.textArgument("Fn::FindInMap", parts[i])
		}
	})
	if v, found := r.plainMember(r.mappings.child(keys[0]).child(keys[1]), keys[2]); found {
		return v
	}
	if len(parts) == 3 {
		panic(&Error{subject, "no such keys in the Mappings section; a macro called by Fn::Transform does not get that section"})
	}
	object, _ := parts[3].(map[string]any)
	value, isDefault := object["DefaultValue"]
	if !isDefault || len(object) > 1 {
		panic(malformed("Fn::FindInMap", form))
	}
	return r.value(value)
}
