package transform

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// Shape is the part of a template that a fragment is. It follows from where the template declares the transform.
type Shape string

// The shapes in which CloudFormation sends fragments, in the order in which they are distinguished.
const (
	ShapeTemplate   Shape = "template"   // Transform section: the whole template
	ShapeResource   Shape = "resource"   // Fn::Transform in a resource: {Type, Properties, ...}
	ShapeProperties Shape = "properties" // Fn::Transform in Properties: a role's properties, without a type
	ShapeBoundary   Shape = "boundary"   // PermissionsBoundary: {Fn::Transform: ...}: no members
	ShapeResources  Shape = "resources"  // Fn::Transform in Resources: a map of resources
)

// ShapeError says that a fragment is not a part of a template in which roles can be found, or that it could be two.
type ShapeError struct {
	Macro  string // the macro's name in the message
	Reason string
	Advice string // with [macroName] for the macro's name
}

// macroName is the macro's name in advice that is written before the name is known.
const macroName = "{macro}"

func (e *ShapeError) Error() string {
	return e.Reason + "; " + strings.ReplaceAll(e.Advice, macroName, e.Macro)
}

// looksLikeResource reads an object, returns its span, and reports whether it has a string Type as a resource has it.
func looksLikeResource(r *cfn.Reader) (at cfn.Span, looks bool, err error) {
	at, err = r.Object(func(n cfn.Name) error {
		value, err := r.Value()
		if err == nil && string(n.Name) == cfn.AttributeType {
			text, isString := cfn.Text(r.Of(value))
			looks = isString && strings.Contains(text, "::")
		}
		return err
	})
	return at, looks, err
}

// outline is what a fragment's shape follows from.
type outline struct {
	members           int
	resources         jsontext.Kind // of the value of Resources
	hasTypedResources bool          // Resources has a string Type, as a resource with that name has
	hasType           bool          // a string Type
	hasTrustPolicy    bool
	hasLoop           bool
	hasResourceLike   bool // a member other than Resources looks like a resource
	isMap             bool // every member is an object or a loop
}

// observe looks at a member of the fragment and the kind of its value.
func (o *outline) observe(n cfn.Name, kind jsontext.Kind) {
	o.members++
	switch name := string(n.Name); {
	case name == cfn.SectionResources:
		o.resources = kind
	case name == cfn.AttributeType:
		o.hasType = kind == '"'
	case name == cfn.PropertyTrustPolicy:
		o.hasTrustPolicy = true
	case isLoop(n.Name):
		o.hasLoop = true
		return
	}
	o.isMap = o.isMap && kind == '{'
}

// shape distinguishes the shapes by what they have. A fragment that also fits another shape is ambiguous: if it were
// read the wrong way, its roles would stay without the boundary. Without any shape, it returns an error.
func (o *outline) shape(macro string) (_ Shape, ambiguity *ShapeError, _ error) {
	const (
		template   = "Resources as a template has"
		resource   = "a string Type as a resource has"
		properties = cfn.PropertyTrustPolicy + " as a role's properties have"
		resources  = "resources as a map of resources has"
	)
	isMap := o.hasResourceLike || o.hasLoop
	switch {
	case o.resources != 0 && o.resources != '{':
		return "", nil, &ShapeError{macro, "Resources is not an object", "write it as a map from logical IDs to resources"}
	case o.resources != 0 && o.hasType:
		return ShapeTemplate, twoShapes(macro, template, resource), nil
	case o.resources != 0 && o.hasTrustPolicy:
		return ShapeTemplate, twoShapes(macro, template, properties), nil
	case o.resources != 0 && (o.hasTypedResources || isMap):
		return ShapeTemplate, twoShapes(macro, template, resources), nil
	case o.resources != 0:
		return ShapeTemplate, nil, nil
	case o.hasType && o.hasTrustPolicy:
		return ShapeResource, twoShapes(macro, resource, properties), nil
	case o.hasType:
		return ShapeResource, nil, nil
	case o.hasTrustPolicy && isMap:
		return ShapeProperties, twoShapes(macro, properties, resources), nil
	case o.hasTrustPolicy:
		return ShapeProperties, nil, nil
	case o.members == 0:
		return ShapeBoundary, nil, nil
	case o.isMap:
		return ShapeResources, nil, nil
	default:
		return "", nil, noShape(macro, "is neither a template, a map of resources, a resource, nor a role's properties")
	}
}

func twoShapes(macro, one, other string) *ShapeError {
	return &ShapeError{macro, "the fragment has " + one + ", and " + other,
		"declare " + macroName + " in the template's Transform section, where nothing is ambiguous"}
}

func noShape(macro, reason string) *ShapeError {
	return &ShapeError{macro, "the fragment " + reason, "declare " + macroName + " in the template's Transform section, " +
		"or by Fn::Transform in Resources, in one resource, in a role's Properties, or as its PermissionsBoundary"}
}
