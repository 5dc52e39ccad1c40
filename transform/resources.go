package transform

import (
	"bytes"
	"strings"
)

const (
	loopName      = "Fn::ForEach::" // and the loop's own name
	transformName = "Fn::Transform"
	roleType      = "AWS::IAM::Role"
	userType      = "AWS::IAM::User"
)

func isLoop(name []byte) bool { return bytes.HasPrefix(name, []byte(loopName)) }

// resources reads a map of resources: a template's, a snippet's or the body of a loop.
func (p parser) resources(s scanner) error {
	_, err := s.object(func(name []byte) error {
		switch {
		case isLoop(name):
			return p.loop(string(name), s)
		case string(name) == transformName:
			p.fault(Resource{LogicalID: transformName}, LeftoverTransform)
			_, err := s.value()
			return err
		default:
			return p.resource(string(name), s)
		}
	})
	return err
}

// loop reads [identifier, collection, {resources}], the form of Fn::ForEach. A boundary in the body
// survives the loop's expansion.
func (p parser) loop(name string, s scanner) error {
	wellFormed := false
	if s.peek() == '[' {
		elements := 0
		err := s.array(func(index int) error {
			elements++
			if index == 2 && s.peek() == '{' {
				wellFormed = true
				return p.resources(s)
			}
			_, err := s.value()
			return err
		})
		if err != nil {
			return err
		}
		wellFormed = wellFormed && elements == 3
	} else if _, err := s.value(); err != nil {
		return err
	}
	if !wellFormed {
		p.fault(Resource{LogicalID: name}, MalformedLoop)
	}
	return nil
}

// resource reads one resource.
func (p parser) resource(id string, s scanner) error {
	r := Resource{LogicalID: id}
	if s.peek() != '{' {
		p.fault(r, NoType)
		_, err := s.value()
		return err
	}
	var properties span
	typed, looped, transformed := false, false, false
	whole, err := s.object(func(name []byte) error {
		kind := s.peek()
		value, err := s.value()
		switch {
		case err != nil:
			return err
		case string(name) == "Type":
			if typed = kind == '"'; typed {
				r.Type = string(unquoted(s.source[value.Start:value.End]))
			}
		case string(name) == "Properties":
			properties = value
		case string(name) == transformName:
			transformed = true
		case isLoop(name):
			looped = true
		}
		return nil
	})
	if err != nil {
		return err
	}

	switch {
	case transformed:
		p.fault(r, LeftoverTransform)
	case looped:
		p.fault(r, LoopInside)
	case !typed:
		p.fault(r, NoType)
	case strings.Contains(r.Type, "${"), strings.Contains(r.Type, "&{"):
		p.fault(r, LoopVariableType)
	case strings.HasPrefix(r.Type, "AWS::Serverless::"):
		p.fault(r, Serverless)
	case strings.HasSuffix(r.Type, "::MODULE"):
		p.fault(r, Module)
	case r.Type == roleType, r.Type == userType && p.options.Users:
		if !properties.Found() {
			p.principals = append(p.principals, principal{Resource: r, home: whole, bare: true})
			return nil
		}
		return p.properties(r, properties)
	default:
		return p.sight(r, properties)
	}
	return nil
}

func (p parser) fault(r Resource, problem Problem) {
	p.faults = append(p.faults, Fault{r, problem})
}
