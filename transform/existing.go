package transform

import "fmt"

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

// leaves appends the leaves of the value at a place, in the order of the source.
func (p parser) leaves(at span, list []leaf) ([]leaf, error) {
	s := p.within(at)
	if s.peek() != '{' {
		return append(list, p.simpleLeaf(at)), nil
	}
	l := leaf{at: at}
	members := 0
	var function string
	var argument span
	_, err := s.object(func(name []byte) (err error) {
		members++
		function = string(name)
		switch {
		case isLoop(name):
			l.kind = loopLeaf
		case function == transformName:
			l.kind = transformLeaf
		}
		argument, err = s.value()
		return err
	})
	if err != nil {
		return nil, err
	}
	switch {
	case members != 1:
	case function == "Ref" && p.isString(argument, "AWS::NoValue"):
		l.kind = absentLeaf
	case function == "Fn::If":
		branches, err := p.branches(argument)
		if err != nil {
			return nil, err
		}
		if len(branches) == 0 {
			break
		}
		for _, branch := range branches {
			if list, err = p.leaves(branch, list); err != nil {
				return nil, err
			}
		}
		return list, nil
	}
	return append(list, l), nil
}

// branches returns the two branches of the argument of Fn::If, [condition, branch, branch]; none where it
// does not have that form.
func (p parser) branches(argument span) ([]span, error) {
	s := p.within(argument)
	if s.peek() != '[' {
		return nil, nil
	}
	var elements []span
	err := s.array(func(int) error {
		element, err := s.value()
		elements = append(elements, element)
		return err
	})
	if err != nil || len(elements) != 3 {
		return nil, err
	}
	return elements[1:], nil
}

// simpleLeaf reads a value that is no object.
func (p parser) simpleLeaf(at span) leaf {
	switch value := at.Of(p.source); {
	case value[0] == 'n', p.isString(at, ""):
		return leaf{at: at, kind: absentLeaf}
	case value[0] == '"':
		return leaf{at: at, kind: literalLeaf, text: string(unquoted(value))}
	default:
		return leaf{at: at, kind: opaqueLeaf}
	}
}

// isString tells whether the value at a place is a string that stands for the text.
func (p parser) isString(at span, text string) bool {
	value := at.Of(p.source)
	return value[0] == '"' && string(unquoted(value)) == text
}
