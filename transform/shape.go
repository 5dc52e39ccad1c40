package transform

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// Shape is the part of a template that a fragment is. It follows from the place where the template
// declares the transform.
type Shape string

// The shapes in which CloudFormation sends fragments, in the order in which they are distinguished.
const (
	ShapeTemplate   Shape = "template"   // Transform section: the whole template
	ShapeResource   Shape = "resource"   // Fn::Transform in a resource: {Type, Properties, ...}
	ShapeProperties Shape = "properties" // Fn::Transform in Properties: a role's properties, without a type
	ShapeBoundary   Shape = "boundary"   // PermissionsBoundary: {Fn::Transform: ...}: no member
	ShapeResources  Shape = "resources"  // Fn::Transform in Resources: a map of resources
)

// ShapeError says that a fragment is no part of a template in which roles could be found, or may be two.
type ShapeError struct {
	Reason string
	Advice string
}

func (e *ShapeError) Error() string { return e.Reason + "; " + e.Advice }

const policyName = "AssumeRolePolicyDocument"

// outline is what a fragment's shape follows from.
type outline struct {
	members           int
	resources         jsontext.Kind // of the value of Resources
	hasTypedResources bool          // Resources has a string Type, as a resource of that name has
	hasType           bool          // a string Type
	hasPolicy         bool
	hasLoop           bool
	hasResourceLike   bool   // a member, but for Resources, that looks like a resource
	isMap             bool   // every member is an object or a loop
	transform         member // the member Fn::Transform, if there is one
}

// note looks at a member of the outermost object and the kind of its value.
func (o *outline) note(m member, kind jsontext.Kind) {
	o.members++
	switch name := string(m.name); {
	case name == "Resources":
		o.resources = kind
	case name == "Type":
		o.hasType = kind == '"'
	case name == policyName:
		o.hasPolicy = true
	case name == transformName:
		o.transform = m
	case isLoop(m.name):
		o.hasLoop = true
		return
	}
	o.isMap = o.isMap && kind == '{'
}

// shape distinguishes the shapes by what they have. A fragment that fits two is refused, since read the
// wrong way its roles would stay without the boundary.
func (o *outline) shape(macro string) (Shape, error) {
	switch {
	case o.resources != 0 && o.resources != '{':
		return "", &ShapeError{"Resources is not an object", "write it as a map from logical IDs to resources"}
	case o.resources != 0 && o.hasType:
		return "", errTwoShapes(macro, "has Resources as a template has, and a string Type as a resource has")
	case o.resources != 0 && o.hasPolicy:
		return "", errTwoShapes(macro, "has Resources as a template has, and "+policyName+" as a role's properties have")
	case o.resources != 0 && (o.hasTypedResources || o.hasResourceLike || o.hasLoop):
		return "", errTwoShapes(macro, "has Resources as a template has, but resources as a map of resources has")
	case o.resources != 0:
		return ShapeTemplate, nil
	case o.hasType && o.hasPolicy:
		return "", errTwoShapes(macro, "has a string Type as a resource has, and "+policyName+" as a role's properties have")
	case o.hasType:
		return ShapeResource, nil
	case o.hasPolicy && (o.hasResourceLike || o.hasLoop):
		return "", errTwoShapes(macro, "has "+policyName+" as a role's properties have, but resources as a map of resources has")
	case o.hasPolicy:
		return ShapeProperties, nil
	case o.members == 0:
		return ShapeBoundary, nil
	case o.isMap:
		return ShapeResources, nil
	default:
		return "", errNoShape(macro, "is neither a template, a map of resources, a resource nor a role's properties")
	}
}

func errTwoShapes(macro, reason string) error {
	return &ShapeError{"the fragment " + reason, fmt.Sprintf("declare %s in the template's Transform section, where there is no doubt", macro)}
}

func errNoShape(macro, reason string) error {
	return &ShapeError{"the fragment " + reason, fmt.Sprintf("declare %s in the template's Transform section, or by Fn::Transform in Resources, "+
		"in one resource, in a role's Properties or as its PermissionsBoundary", macro)}
}
