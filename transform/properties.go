package transform

import (
	"strings"

	"amplify-boundary/internal/cfn"
)

// role is a role, or a user if the operator wants users bounded, with the position of its boundary.
type role struct {
	Resource
	parent       cfn.Span // the Properties; the resource itself if it has none
	noProperties bool
	boundary     cfn.Span // the value of PermissionsBoundary, if there is one
	alternatives []alternative
}

// properties are the Properties of a resource, as far as they matter to a role.
type properties struct {
	at       cfn.Span // not found if there are none
	isObject bool
	left     leftovers

	members, functions int // intrinsic functions among the members

	boundary     cfn.Span
	alternatives []alternative
}

// properties reads the Properties of a resource.
func (p *parser) properties(read *properties) (err error) {
	r := p.reader
	if read.isObject = r.Kind() == '{'; !read.isObject {
		read.at, err = r.Value()
		return err
	}
	read.at, err = r.Object(func(n cfn.Name) (err error) {
		read.members++
		read.left.observe(n.Name)
		switch name := string(n.Name); {
		case name == cfn.PropertyBoundary:
			read.alternatives, read.boundary, err = p.alternatives(nil, &read.left)
		case cfn.IsFunction(name):
			read.functions++
			fallthrough
		default:
			err = r.Skip()
		}
		return err
	})
	return err
}

// alternative is a value that a role's PermissionsBoundary can have: the value itself, or the end of a branch if it is
// an Fn::If.
type alternative struct {
	at   cfn.Span
	kind alternativeKind
}

type alternativeKind int

const (
	opaque  alternativeKind = iota // an intrinsic function, or a value that IAM would not accept
	literal                        // a string
	absent                         // null, the empty string, or AWS::NoValue
)

// carries reports whether the alternative is a boundary as [Fragment.Bound] writes it: a string, or Fn::Sub of one with
// placeholders.
func (a alternative) carries(source []byte, arn string) bool {
	if hasPlaceholder(arn) {
		function, argument, _ := cfn.Call(a.at.Of(source))
		return function == cfn.FunctionSub && isString(argument, arn)
	}
	return a.kind == literal && string(cfn.Unquote(a.at.Of(source))) == arn
}

// hasPlaceholder reports whether only Fn::Sub makes an ARN of a text.
func hasPlaceholder(arn string) bool { return strings.Contains(arn, "${") }

// alternatives reads a value and appends its alternatives in the order of the source. It observes what is left over in
// them.
func (p *parser) alternatives(list []alternative, left *leftovers) ([]alternative, cfn.Span, error) {
	r := p.reader
	if r.Kind() != '{' {
		at, err := r.Value()
		if err != nil {
			return nil, at, err
		}
		return append(list, alternative{at, scalarKind(r.Of(at))}), at, nil
	}
	before, members := len(list), 0
	isIf, isNoValue := false, false
	at, err := r.Object(func(n cfn.Name) (err error) {
		members++
		left.observe(n.Name)
		if string(n.Name) == cfn.FunctionIf && r.Kind() == '[' {
			list, isIf, err = p.branches(list, left)
			return err
		}
		value, err := r.Value()
		isNoValue = err == nil && string(n.Name) == cfn.FunctionRef && isString(r.Of(value), cfn.NoValue)
		return err
	})
	switch {
	case err != nil:
		return nil, at, err
	case members == 1 && isIf:
		return list, at, nil
	case members == 1 && isNoValue:
		return append(list[:before], alternative{at, absent}), at, nil
	default:
		return append(list[:before], alternative{at, opaque}), at, nil
	}
}

// branches reads the argument of Fn::If and appends the alternatives of both branches. It reports whether the argument
// is [condition, branch, branch].
func (p *parser) branches(list []alternative, left *leftovers) (_ []alternative, wellFormed bool, err error) {
	elements := 0
	_, err = p.reader.Array(func(index int) (err error) {
		elements++
		if index == 1 || index == 2 {
			list, _, err = p.alternatives(list, left)
			return err
		}
		return p.reader.Skip()
	})
	return list, elements == 3, err
}

// scalarKind is the kind of an alternative that is not an object.
func scalarKind(value []byte) alternativeKind {
	switch {
	case value[0] == 'n', isString(value, ""):
		return absent
	case value[0] == '"':
		return literal
	default:
		return opaque
	}
}

// isString reports whether a value is a string with a content.
func isString(value []byte, content string) bool {
	return value[0] == '"' && string(cfn.Unquote(value)) == content
}
