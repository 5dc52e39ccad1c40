package template

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// longForm returns the intrinsic function that a short form stands for in YAML, those of the Rules section included. Fn::ForEach has no
// short form.
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

// intrinsic writes a node with the tag of a short form as the long form. A scalar under such a tag is text, whatever it looks like.
func (c *converter) intrinsic(node *yaml.Node, name string) error {
	if err := c.open(jsontext.BeginObject, node); err != nil {
		return err
	}
	c.out.from(node.Line)
	c.out.text(name)
	if err := c.operand(node, name); err != nil {
		return err
	}
	c.out.token(jsontext.EndObject)
	return nil
}

func (c *converter) operand(node *yaml.Node, name string) error {
	if node.Kind == yaml.ScalarNode && name == "Fn::GetAtt" {
		return c.attribute(node)
	}
	return c.content(node)
}

// attribute writes the operand of !GetAtt. A logical ID holds no dot, an attribute may hold several: Outputs.Name.
func (c *converter) attribute(node *yaml.Node) error {
	text, err := c.text(node)
	if err != nil {
		return err
	}
	logicalID, attribute, found := strings.Cut(text, ".")
	if !found || logicalID == "" || attribute == "" {
		return refuse(node, "!GetAtt names no attribute; write !GetAtt LogicalID.Attribute")
	}
	if err := c.open(jsontext.BeginArray, node); err != nil {
		return err
	}
	for _, part := range []string{logicalID, attribute} {
		c.out.from(node.Line)
		c.out.text(part)
	}
	c.out.token(jsontext.EndArray)
	return nil
}
