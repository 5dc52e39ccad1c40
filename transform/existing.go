package transform

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// Existing says what becomes of a boundary, other than the environment's, that a role already has.
type Existing string

// The ways to treat an existing boundary. Under Keep and Reject, null, the empty string and
// {"Ref": "AWS::NoValue"} are no boundary, and a branch of Fn::If that holds one of them is filled.
const (
	Replace Existing = "replace" // every role carries the environment's boundary
	Keep    Existing = "keep"    // the role's own boundary stays
	Reject  Existing = "reject"  // the role's own boundary is a fault
)

// ParseExisting reads one of replace, keep and reject.
func ParseExisting(text string) (Existing, error) {
	switch e := Existing(text); e {
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

// leaves appends the leaves of a value in the order of the source.
func leaves(source []byte, at span, list []leaf) ([]leaf, error) {
	// The value has been validated as part of the fragment.
	s := scan(source, at, jsontext.AllowDuplicateNames(true))
	if s.peek() != '{' {
		return append(list, simpleLeaf(source, at)), nil
	}
	l := leaf{at: at}
	members := 0
	var function string
	var arguments []span
	_, err := s.object(func(name []byte) error {
		members++
		function = string(name)
		switch {
		case isLoop(name):
			l.kind = loopLeaf
		case function == transformName:
			l.kind = transformLeaf
		}
		read := func(int) error {
			argument, err := s.value()
			arguments = append(arguments, argument)
			return err
		}
		if s.peek() == '[' {
			return s.array(read)
		}
		return read(0)
	})
	if err != nil {
		return nil, err
	}
	switch {
	case members != 1:
	case function == "Ref" && len(arguments) == 1 && isString(source, arguments[0], "AWS::NoValue"):
		l.kind = absentLeaf
	case function == "Fn::If" && len(arguments) == 3:
		if list, err = leaves(source, arguments[1], list); err != nil {
			return nil, err
		}
		return leaves(source, arguments[2], list)
	}
	return append(list, l), nil
}

// simpleLeaf reads a value that is no object.
func simpleLeaf(source []byte, at span) leaf {
	switch value := source[at.Start:at.End]; {
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
	return source[at.Start] == '"' && string(unquoted(source[at.Start:at.End])) == text
}
