package transform

import (
	"bytes"
	"strings"

	"amplify-boundary/internal/cfn"
)

// The types that carry a permissions boundary as a policy's ARN.
const (
	RoleType = "AWS::IAM::Role"
	UserType = "AWS::IAM::User"
)

const stackType = "AWS::CloudFormation::Stack"

// resources reads a map of resources: a snippet's or the body of a loop.
func (p *parser) resources(s scanner) (span, error) {
	return s.object(func(m member) error { return p.member(m, s) })
}

// member reads a member of a map of resources.
func (p *parser) member(m member, s scanner) error {
	ref := reference{id: uint32(m.at)}
	switch {
	case isLoop(m.name):
		return p.loop(ref, s)
	case string(m.name) == transformName:
		p.fault(ref, LeftoverTransform)
		return s.skip()
	case bytes.HasPrefix(m.name, []byte(functionPrefix)):
		p.fault(ref, MisplacedFunction)
		return s.skip()
	default:
		return p.resource(ref, s)
	}
}

// loop reads [identifier, collection, {resources}], the form of Fn::ForEach. A boundary in the body
// survives the loop's expansion.
func (p *parser) loop(ref reference, s scanner) error {
	if s.peek() != '[' {
		p.fault(ref, MalformedLoop)
		return s.skip()
	}
	elements, hasBody := 0, false
	p.loops++
	err := s.array(func(index int) error {
		elements++
		if index == 2 && s.peek() == '{' {
			hasBody = true
			_, err := p.resources(s)
			return err
		}
		value, err := s.value()
		if index == 0 && err == nil {
			p.loopVariable(value)
		}
		return err
	})
	p.loops--
	if err != nil {
		return err
	}
	if elements != 3 || !hasBody {
		p.fault(ref, MalformedLoop)
	}
	return nil
}

// loopVariable notes the identifier of a loop, where it will be asked for.
func (p *parser) loopVariable(identifier span) {
	f := p.fragment
	if name, isText := cfn.Text(identifier.Of(p.source)); isText && f.options.Existing == Keep {
		if f.loopVariables == nil {
			f.loopVariables = make(map[string]struct{})
		}
		f.loopVariables[name] = struct{}{}
	}
}

// resource reads one resource.
func (p *parser) resource(ref reference, s scanner) error {
	if s.peek() != '{' {
		p.fault(ref, NoType)
		return s.skip()
	}
	var typ []byte
	var properties span
	var left leftovers
	whole, err := s.object(func(m member) error {
		value, err := s.value()
		if err != nil {
			return err
		}
		switch string(m.name) {
		case "Type":
			if text := value.Of(s.source); text[0] == '"' {
				ref.typ, typ = uint32(value.Start), cfn.Unquote(text)
			}
		case "Properties":
			properties = value
		default:
			left.note(m.name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if problem, found := left.problem(); found {
		p.fault(ref, problem)
		return nil
	}
	return p.typed(ref, typ, whole, properties)
}

// typed does what a resource's type asks for. The type is nil where there is no string Type.
func (p *parser) typed(ref reference, typ []byte, whole, properties span) error {
	switch {
	case typ == nil:
		p.fault(ref, NoType)
	case hasVariable(typ):
		p.fault(ref, LoopVariableType)
	case bytes.HasPrefix(typ, []byte("AWS::Serverless::")):
		p.fault(ref, Serverless)
	case bytes.HasSuffix(typ, []byte("::MODULE")):
		p.fault(ref, Module)
	case string(typ) == RoleType, string(typ) == UserType && p.fragment.options.Users:
		return p.principal(ref, whole, properties)
	case string(typ) == UserType:
		p.fragment.UnboundedUsers.add(p.source, ref)
	case string(typ) == stackType:
		p.fragment.NestedStacks.add(p.source, ref)
	default:
		hidden, err := p.isOutOfSight(string(typ), properties)
		if err != nil {
			return err
		}
		if hidden {
			p.fragment.OutOfSight.add(p.source, ref)
		}
	}
	return nil
}

func (p *parser) fault(ref reference, problem Problem) {
	p.fragment.faults = append(p.fragment.faults, fault{ref, problem})
}

// looksLikeResource reads an object, returns its place, and reports whether it has a string Type as a resource has it.
func looksLikeResource(s scanner) (at span, looks bool, err error) {
	at, err = s.object(func(m member) error {
		value, err := s.value()
		if err == nil && string(m.name) == "Type" {
			text := value.Of(s.source)
			looks = text[0] == '"' && strings.Contains(string(cfn.Unquote(text)), "::")
		}
		return err
	})
	return at, looks, err
}
