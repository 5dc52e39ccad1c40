package template

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"
)

// longForm returns the intrinsic function for which YAML has a short form, those of the Rules section included. Fn::ForEach
// has none.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
func longForm(tag string) (name string, isShortForm bool) {
	name, isLocal := strings.CutPrefix(tag, "!")
	if !isLocal {
		return "", false
	}
	switch name {
	case "Ref", "Condition":
		return name, true
	case "And", "Base64", "Cidr", "Contains", "EachMemberEquals", "EachMemberIn",
		"Equals", "FindInMap", "GetAZs", "GetAtt", "GetStackOutput", "If",
		"Implies", "ImportValue", "Join", "Length", "Not", "Or",
		"RefAll", "Select", "Split", "Sub", "ToJsonString", "Transform",
		"ValueOf", "ValueOfAll":
		return "Fn::" + name, true
	default:
		return "", false
	}
}

// intrinsic writes a node with the tag of a short form as the long form. A scalar under such a tag is a string, whatever it
// looks like.
func (c *converter) intrinsic(node *yaml.Node, name string) error {
	if err := c.open(jsontext.BeginObject, node); err != nil {
		return err
	}
	c.from(node)
	c.string(name)
	write := c.content
	if node.Kind == yaml.ScalarNode && name == "Fn::GetAtt" {
		write = c.attribute
	}
	if err := write(node); err != nil {
		return err
	}
	c.token(jsontext.EndObject)
	return nil
}

// attribute writes the operand of !GetAtt. A logical ID has no dot; an attribute can have several: Outputs.Name.
func (c *converter) attribute(node *yaml.Node) error {
	logicalID, attribute, _ := strings.Cut(node.Value, ".")
	if logicalID == "" || attribute == "" {
		return refuse(node, "!GetAtt names no attribute; write !GetAtt LogicalID.Attribute")
	}
	if err := c.open(jsontext.BeginArray, node); err != nil {
		return err
	}
	for _, part := range []string{logicalID, attribute} {
		c.from(node)
		c.string(part)
	}
	c.token(jsontext.EndArray)
	return nil
}
