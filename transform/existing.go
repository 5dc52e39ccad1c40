package transform

import "fmt"

// ExistingMode says what becomes of a boundary, other than the environment's, that a role already has.
type ExistingMode string

// The ways to treat an existing boundary. Under Keep and Reject, null, the empty string and
// {"Ref": "AWS::NoValue"} are no boundary, and a branch of Fn::If that holds one of them is filled.
const (
	Replace ExistingMode = "replace" // every role carries the environment's boundary
	Keep    ExistingMode = "keep"    // the role's own boundary stays
	Reject  ExistingMode = "reject"  // the role's own boundary is a fault
)

// ParseExistingMode reads one of replace, keep and reject.
func ParseExistingMode(text string) (ExistingMode, error) {
	switch e := ExistingMode(text); e {
	case Replace, Keep, Reject:
		return e, nil
	}
	return "", fmt.Errorf("%q is neither replace, keep nor reject", text)
}

// leaf is a value that a role's PermissionsBoundary may take: the value itself, or the end of a branch
// where it is an Fn::If.
type leaf struct {
	at   span
	kind leafKind
	text string // of a literalLeaf
}

type leafKind int

const (
	opaqueLeaf    leafKind = iota // an intrinsic function, or nothing that IAM would take
	literalLeaf                   // a string
	absentLeaf                    // null, the empty string or AWS::NoValue
	loopLeaf                      // an object with Fn::ForEach
	transformLeaf                 // an object with Fn::Transform
)

// leaves reads a value and appends its leaves, in the order of the source.
func (s scanner) leaves(list []leaf) ([]leaf, error) {
	if s.peek() != '{' {
		at, err := s.value()
		if err != nil {
			return nil, err
		}
		return append(list, simpleLeaf(s.source, at)), nil
	}
	var l leaf
	outside := len(list)
	members, branched, noValue := 0, false, false
	at, err := s.object(func(name []byte) (err error) {
		members++
		switch {
		case isLoop(name), hasVariable(name):
			l.kind = loopLeaf
		case string(name) == transformName:
			l.kind = transformLeaf
		case string(name) == "Fn::If" && s.peek() == '[':
			list, branched, err = s.branches(list)
			return err
		}
		value, err := s.value()
		noValue = string(name) == "Ref" && isString(s.source, value, "AWS::NoValue")
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case members == 1 && branched:
		return list, nil
	case members == 1 && noValue:
		l.kind = absentLeaf
	}
	l.at = at
	return append(list[:outside], l), nil
}

// branches reads the argument of Fn::If and appends the leaves of both branches. It tells whether the
// argument is [condition, branch, branch].
func (s scanner) branches(list []leaf) (_ []leaf, wellFormed bool, err error) {
	elements := 0
	err = s.array(func(index int) (err error) {
		elements++
		if index == 1 || index == 2 {
			list, err = s.leaves(list)
			return err
		}
		_, err = s.value()
		return err
	})
	return list, elements == 3, err
}

// simpleLeaf is the leaf of a value that is no object.
func simpleLeaf(source []byte, at span) leaf {
	switch value := at.Of(source); {
	case value[0] == 'n', isString(source, at, ""):
		return leaf{at: at, kind: absentLeaf}
	case value[0] == '"':
		return leaf{at: at, kind: literalLeaf, text: string(unquoted(value))}
	default:
		return leaf{at: at, kind: opaqueLeaf}
	}
}

// isString tells whether the value at a place is a string that stands for the text.
func isString(source []byte, at span, text string) bool {
	value := at.Of(source)
	return value[0] == '"' && string(unquoted(value)) == text
}
