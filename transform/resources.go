package transform

import "bytes"

const (
	loopName      = "Fn::ForEach::" // and the loop's own name
	transformName = "Fn::Transform"
	roleType      = "AWS::IAM::Role"
	userType      = "AWS::IAM::User"
	stackType     = "AWS::CloudFormation::Stack"
)

func isLoop(name []byte) bool { return bytes.HasPrefix(name, []byte(loopName)) }

// hasVariable tells whether a name or a type has a loop's variable in it, which the loop's expansion
// replaces: "Permissions${X}" may become the boundary's own name.
func hasVariable(text []byte) bool {
	return bytes.Contains(text, []byte("${")) || bytes.Contains(text, []byte("&{"))
}

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
			return p.resource(name, s)
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
func (p parser) resource(id []byte, s scanner) error {
	if s.peek() != '{' {
		p.fault(Resource{LogicalID: string(id)}, NoType)
		_, err := s.value()
		return err
	}
	var kind []byte // its Type
	var properties span
	looped, variable, transformed := false, false, false
	whole, err := s.object(func(name []byte) error {
		value, err := s.value()
		switch {
		case err != nil:
			return err
		case string(name) == "Type":
			if text := value.Of(s.source); text[0] == '"' {
				kind = unquoted(text)
			}
		case string(name) == "Properties":
			properties = value
		case string(name) == transformName:
			transformed = true
		case isLoop(name):
			looped = true
		case hasVariable(name):
			variable = true
		}
		return nil
	})
	if err != nil {
		return err
	}

	// Most resources are of no interest; only the others are worth the memory of their names.
	r := func() Resource { return Resource{string(id), string(kind)} }
	switch {
	case transformed:
		p.fault(r(), LeftoverTransform)
	case looped:
		p.fault(r(), LoopInside)
	case variable:
		p.fault(r(), LoopVariableName)
	case kind == nil:
		p.fault(r(), NoType)
	case hasVariable(kind):
		p.fault(r(), LoopVariableType)
	case bytes.HasPrefix(kind, []byte("AWS::Serverless::")):
		p.fault(r(), Serverless)
	case bytes.HasSuffix(kind, []byte("::MODULE")):
		p.fault(r(), Module)
	case string(kind) == roleType, string(kind) == userType && p.options.Users:
		if properties.Found() {
			return p.properties(r(), properties)
		}
		p.principals = append(p.principals, principal{Resource: r(), home: whole, bare: true})
	case string(kind) == userType:
		p.UnboundedUsers.add(r())
	case string(kind) == stackType:
		p.NestedStacks.add(r())
	default:
		hidden, err := p.hidden(kind, properties)
		if err != nil {
			return err
		}
		if hidden {
			p.OutOfSight.add(r())
		}
	}
	return nil
}

func (p parser) fault(r Resource, problem Problem) {
	p.faults = append(p.faults, Fault{r, problem})
}
