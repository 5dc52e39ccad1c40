package transform

import (
	"strings"

	"amplify-boundary/internal/rawjson"
)

const boundaryName = "PermissionsBoundary"

// principal is a role, or a user where the operator wants users bounded, with the place of its boundary.
type principal struct {
	Resource
	home     span   // the Properties; the resource itself where bare
	bare     bool   // there are no Properties
	existing []leaf // what the boundary may be, over all conditions; empty where there is none
	boundary span   // the value of PermissionsBoundary, if there is one
}

// properties reads the Properties of a principal.
func (p parser) properties(r Resource, at span) error {
	s := p.within(at)
	if s.peek() != '{' {
		p.fault(r, PropertiesNotObject)
		return nil
	}
	role := principal{Resource: r}
	members, intrinsics := 0, 0
	looped, variable, transformed := false, false, false
	home, err := s.object(func(name []byte) error {
		value, err := s.value()
		members++
		switch {
		case err != nil:
			return err
		case string(name) == boundaryName:
			role.boundary = value
		case string(name) == transformName:
			transformed = true
		case isLoop(name):
			looped = true
		case hasVariable(name):
			variable = true
		case string(name) == "Ref", strings.HasPrefix(string(name), "Fn::"):
			intrinsics++
		}
		return nil
	})
	if err != nil {
		return err
	}
	role.home = home
	if role.boundary.Found() {
		if role.existing, err = p.within(role.boundary).leaves(nil); err != nil {
			return err
		}
	}
	for _, l := range role.existing {
		looped = looped || l.kind == loopLeaf
		transformed = transformed || l.kind == transformLeaf
	}

	switch {
	case transformed:
		p.fault(r, LeftoverTransform)
	case looped:
		p.fault(r, LoopInside)
	case variable:
		p.fault(r, LoopVariableName)
	case members == 1 && intrinsics == 1:
		p.fault(r, PropertiesIntrinsic)
	default:
		p.principals = append(p.principals, role)
	}
	return nil
}

// outcome is what bounding does to a principal.
type outcome int

const (
	added outcome = iota
	replaced
	kept
	same
	rejected
)

// bound appends the edits that give the principal its boundary. The quoted ARN is the ARN as JSON.
func (p principal) bound(source []byte, arn string, quotedARN []byte, existing ExistingMode, edits []rawjson.Edit) ([]rawjson.Edit, outcome) {
	if !p.boundary.Found() {
		return append(edits, p.insertion(source, quotedARN)), added
	}
	equal := 0
	var vacant []rawjson.Edit
	for _, l := range p.existing {
		switch {
		case l.kind == absentLeaf:
			vacant = append(vacant, rawjson.Edit{At: l.at, Text: quotedARN})
		case l.kind == literalLeaf && l.text == arn:
			equal++
		}
	}
	others := len(p.existing) - equal - len(vacant)
	whole := p.existing[0].at == p.boundary
	switch {
	case whole && equal == 1:
		return edits, same
	case existing == Replace && equal+others == 0:
		return append(edits, rawjson.Edit{At: p.boundary, Text: quotedARN}), added
	case existing == Replace:
		return append(edits, rawjson.Edit{At: p.boundary, Text: quotedARN}), replaced
	case existing == Reject && others > 0:
		return edits, rejected
	case len(vacant) > 0:
		return append(edits, vacant...), added
	case others > 0:
		return edits, kept
	default:
		return edits, same
	}
}

// insertion is the edit that gives a principal a boundary it does not have.
func (p principal) insertion(source, quotedARN []byte) rawjson.Edit {
	if p.bare {
		return rawjson.Insert(source, p.home, "Properties", rawjson.Wrap(boundaryName, quotedARN))
	}
	return rawjson.Insert(source, p.home, boundaryName, quotedARN)
}
