package transform

import "amplify-boundary/internal/cfn"

// alternative is a value that a role's PermissionsBoundary may take: the value itself, or the end of a
// branch where it is an Fn::If.
type alternative struct {
	at   span
	kind alternativeKind
	text string // of a literal
}

type alternativeKind int

const (
	opaque  alternativeKind = iota // an intrinsic function, or nothing that IAM would take
	literal                        // a string
	absent                         // null, the empty string or AWS::NoValue
)

// alternatives reads a value and appends its alternatives, in the order of the source. It notes what is
// left over in them.
func (s scanner) alternatives(list []alternative, left *leftovers) ([]alternative, error) {
	if s.peek() != '{' {
		at, err := s.value()
		if err != nil {
			return nil, err
		}
		return append(list, scalar(s.source, at)), nil
	}
	before := len(list)
	members, isBranched, isNoValue := 0, false, false
	at, err := s.object(func(m member) (err error) {
		members++
		left.note(m.name)
		if string(m.name) == "Fn::If" && s.peek() == '[' {
			list, isBranched, err = s.branches(list, left)
			return err
		}
		value, err := s.value()
		isNoValue = err == nil && string(m.name) == "Ref" && isString(s.source, value, "AWS::NoValue")
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case members == 1 && isBranched:
		return list, nil
	case members == 1 && isNoValue:
		return append(list[:before], alternative{at: at, kind: absent}), nil
	default:
		return append(list[:before], alternative{at: at, kind: opaque}), nil
	}
}

// branches reads the argument of Fn::If and appends the alternatives of both branches. It reports whether
// the argument is [condition, branch, branch].
func (s scanner) branches(list []alternative, left *leftovers) (_ []alternative, wellFormed bool, err error) {
	elements := 0
	err = s.array(func(index int) (err error) {
		elements++
		if index == 1 || index == 2 {
			list, err = s.alternatives(list, left)
			return err
		}
		return s.skip()
	})
	return list, elements == 3, err
}

// scalar is the alternative of a value that is no object.
func scalar(source []byte, at span) alternative {
	switch value := at.Of(source); {
	case value[0] == 'n', isString(source, at, ""):
		return alternative{at: at, kind: absent}
	case value[0] == '"':
		return alternative{at: at, kind: literal, text: string(cfn.Unquote(value))}
	default:
		return alternative{at: at, kind: opaque}
	}
}

// isString reports whether the value at a place is a string that stands for the text.
func isString(source []byte, at span, text string) bool {
	value := at.Of(source)
	return value[0] == '"' && string(cfn.Unquote(value)) == text
}
