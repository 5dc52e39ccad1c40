package transform

import (
	"bytes"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// Shape is the part of a template that a fragment is. It follows from the place where the template
// declares the transform.
type Shape string

// The shapes in which CloudFormation sends fragments, in the order in which they are told apart.
const (
	ShapeTemplate   Shape = "template"   // Transform section: the whole template
	ShapeResource   Shape = "resource"   // Fn::Transform in a resource: {Type, Properties, ...}
	ShapeProperties Shape = "properties" // Fn::Transform in Properties: a role's properties, without a type
	ShapeBoundary   Shape = "boundary"   // PermissionsBoundary: {Fn::Transform: ...}: no member
	ShapeResources  Shape = "resources"  // Fn::Transform in Resources: a map of resources
)

// ShapeError says that a fragment is no part of a template in which roles could be found.
type ShapeError struct {
	Reason string
	Advice string
}

func (e *ShapeError) Error() string { return e.Reason + "; " + e.Advice }

// parser fills a Fragment from its source.
type parser struct {
	*Fragment
	inner *jsontext.Decoder // for what has been validated once; one scanner at a time
}

// within begins to read a part of the source that has been validated as part of the whole.
func (p parser) within(at span) scanner {
	p.inner.Reset(bytes.NewBuffer(at.Of(p.source)), jsontext.AllowDuplicateNames(true))
	return scanner{p.inner, p.source, at.Start}
}

// fragment finds the shape and the roles. The whole template, the most common shape and the longest,
// takes one pass; of the others the outermost object is read again once its shape is known.
func (p parser) fragment() error {
	s := scan(p.source)
	if s.peek() != '{' {
		if _, err := s.value(); err != nil {
			return err
		}
		return p.shapeless("is not an object")
	}

	members, typed, policed, mapped, transformed := 0, false, false, true, false
	_, err := s.object(func(name []byte) error {
		members++
		kind := s.peek()
		switch {
		case string(name) == "Resources":
			p.Shape = ShapeTemplate
			if kind != '{' {
				return &ShapeError{"Resources is not an object", "write it as a map from logical IDs to resources"}
			}
			return p.resources(s)
		case string(name) == "Type":
			typed = kind == '"'
		case string(name) == "AssumeRolePolicyDocument":
			policed = true
		case string(name) == transformName:
			transformed = true
		}
		if kind != '{' && !isLoop(name) {
			mapped = false
		}
		_, err := s.value()
		return err
	})
	if err != nil {
		return err
	}
	if err := s.end(); err != nil {
		return err
	}

	again := scan(p.source)
	switch {
	case p.Shape == ShapeTemplate:
		if transformed {
			p.fault(Resource{LogicalID: transformName}, LeftoverTransform)
		}
		return nil
	case typed:
		p.Shape = ShapeResource
		return p.resource(nil, again)
	case policed:
		p.Shape = ShapeProperties
		return p.properties(Resource{}, span{Start: 0, End: len(p.source)})
	case members == 0:
		p.Shape = ShapeBoundary
		return nil
	case mapped:
		p.Shape = ShapeResources
		return p.resources(again)
	default:
		return p.shapeless("is neither a template, a map of resources, a resource nor a role's properties")
	}
}

func (p parser) shapeless(reason string) error {
	return &ShapeError{"the fragment " + reason, fmt.Sprintf("declare %s in the template's Transform section, or by Fn::Transform in Resources, "+
		"in one resource, in a role's Properties or as its PermissionsBoundary", p.options.Macro)}
}
