package template

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// longForms are the intrinsic functions that have a short form in YAML, those of the Rules section included. Fn::ForEach has none.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
var longForms = map[string]string{
	"!And":              "Fn::And",
	"!Base64":           "Fn::Base64",
	"!Cidr":             "Fn::Cidr",
	"!Condition":        "Condition",
	"!Contains":         "Fn::Contains",
	"!EachMemberEquals": "Fn::EachMemberEquals",
	"!EachMemberIn":     "Fn::EachMemberIn",
	"!Equals":           "Fn::Equals",
	"!FindInMap":        "Fn::FindInMap",
	"!GetAZs":           "Fn::GetAZs",
	"!GetAtt":           "Fn::GetAtt",
	"!GetStackOutput":   "Fn::GetStackOutput",
	"!If":               "Fn::If",
	"!Implies":          "Fn::Implies",
	"!ImportValue":      "Fn::ImportValue",
	"!Join":             "Fn::Join",
	"!Length":           "Fn::Length",
	"!Not":              "Fn::Not",
	"!Or":               "Fn::Or",
	"!Ref":              "Ref",
	"!RefAll":           "Fn::RefAll",
	"!Select":           "Fn::Select",
	"!Split":            "Fn::Split",
	"!Sub":              "Fn::Sub",
	"!ToJsonString":     "Fn::ToJsonString",
	"!Transform":        "Fn::Transform",
	"!ValueOf":          "Fn::ValueOf",
	"!ValueOfAll":       "Fn::ValueOfAll",
}

// intrinsic writes a node with the tag of a short form as the long form. A scalar under such a tag is text, whatever it looks like.
func (c *converter) intrinsic(node *yaml.Node, longForm string) error {
	if err := c.open('{', node); err != nil {
		return err
	}
	c.out.member(longForm, node.Line)
	if err := c.operand(node, longForm); err != nil {
		return err
	}
	c.out.close('}')
	return nil
}

func (c *converter) operand(node *yaml.Node, longForm string) error {
	if node.Kind == yaml.ScalarNode && longForm == "Fn::GetAtt" {
		return c.attribute(node)
	}
	return c.content(node)
}

// attribute writes the operand of !GetAtt. A logical ID holds no dot, an attribute may hold several: Outputs.Name.
func (c *converter) attribute(node *yaml.Node) error {
	logicalID, attribute, found := strings.Cut(node.Value, ".")
	if !found || logicalID == "" || attribute == "" {
		return refuse(node, fmt.Sprintf("!GetAtt %q names no attribute; write !GetAtt LogicalID.Attribute", node.Value))
	}
	if err := c.open('[', node); err != nil {
		return err
	}
	for _, part := range []string{logicalID, attribute} {
		c.out.element(node.Line)
		c.out.text(part)
	}
	c.out.close(']')
	return nil
}
