package template

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// maxLevels is far more than templates have, and little enough that indentation keeps the JSON in proportion to the file.
const maxLevels = 200

// readYAML reads a file in YAML, which is valid UTF-8.
func readYAML(data []byte) (*Document, error) {
	var tabs tabs
	root, err := parseYAML(data)
	if err != nil {
		if root, tabs = parseWithTabs(data); root == nil {
			return nil, err
		}
	}
	if root.Kind == yaml.ScalarNode && root.Value == "" && root.Style == 0 {
		return nil, errEmpty
	}
	if root.Kind != yaml.MappingNode || isTagged(root) {
		return nil, refuse(root, "the template is no mapping; write its sections, such as Resources, as keys at the top level")
	}
	c := &converter{newWriter(root.Line), tabs}
	if err := c.mapping(root); err != nil {
		return nil, err
	}
	return c.out.document(), nil
}

// parseWithTabs returns the root node of a file that the library may have refused for the tabs in it; nil where it has other faults.
func parseWithTabs(data []byte) (*yaml.Node, tabs) {
	replaced, tabs := replaceTabs(data)
	if tabs.standIn == 0 {
		return nil, tabs
	}
	root, err := parseYAML(replaced)
	if err != nil {
		return nil, tabs
	}
	return root, tabs
}

// parseYAML returns the root node of the only document in data.
func parseYAML(data []byte) (*yaml.Node, error) {
	if err := checkPrintable(data); err != nil {
		return nil, err
	}
	var document, next yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	switch err := decoder.Decode(&document); {
	case err == io.EOF:
		return nil, errEmpty
	case err != nil:
		return nil, syntaxFault(err, data)
	}
	switch err := decoder.Decode(&next); {
	case err == io.EOF:
		return document.Content[0], nil
	case err != nil:
		return nil, syntaxFault(err, data)
	}
	return nil, refuse(&next, "a second YAML document begins here; a template is one document, keep the others in files of their own")
}

// converter writes YAML nodes as JSON.
type converter struct {
	out  *writer
	tabs tabs
}

func (c *converter) value(node *yaml.Node) error {
	if node.Kind == yaml.AliasNode {
		return refuse(node, fmt.Sprintf("alias *%s: CloudFormation reads no aliases; write out what it stands for", node.Value))
	}
	if !isTagged(node) {
		if node.Kind == yaml.ScalarNode && isPlain(node) {
			return c.plain(node)
		}
		return c.content(node)
	}
	if name, isShortForm := longForm(node.Tag); isShortForm {
		return c.intrinsic(node, name)
	}
	if node.Tag == tagOfKind(node.Kind) {
		return c.content(node)
	}
	return refuseTag(node)
}

// content writes a node regardless of its tag; a scalar as text.
func (c *converter) content(node *yaml.Node) error {
	switch node.Kind {
	case yaml.MappingNode:
		return c.mapping(node)
	case yaml.SequenceNode:
		return c.sequence(node)
	}
	text, err := c.text(node)
	if err != nil {
		return err
	}
	c.out.text(text)
	return nil
}

// text returns the text of a scalar.
func (c *converter) text(node *yaml.Node) (string, error) {
	if isPlain(node) && strings.HasSuffix(node.Value, ":") {
		return "", refuse(node, "an unquoted text ends with a colon, which not every reader of YAML takes for a part of it; put it in quotes, or a space behind the colon")
	}
	text, err := c.tabs.text(node)
	if err != nil {
		return "", refuse(node, err.Error())
	}
	return text, nil
}

func (c *converter) mapping(node *yaml.Node) error {
	if err := c.open(jsontext.BeginObject, node); err != nil {
		return err
	}
	lines := make(map[string]int)
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		name, err := c.name(key)
		if err != nil {
			return err
		}
		if first, ok := lines[name]; ok {
			return refuse(key, fmt.Sprintf("key %q appears twice, first on line %d; keep one of them", name, first))
		}
		lines[name] = key.Line
		c.out.from(key.Line)
		c.out.text(name)
		if err := c.value(value); err != nil {
			return err
		}
	}
	c.out.token(jsontext.EndObject)
	return nil
}

// name returns the name that a key is.
func (c *converter) name(key *yaml.Node) (string, error) {
	if err := checkKey(key); err != nil {
		return "", err
	}
	return c.text(key)
}

// checkKey refuses what is no name. A name is taken as it is spelled: an unquoted on is a name like any other. CloudFormation refuses
// numbers ("map keys must be strings").
func checkKey(key *yaml.Node) error {
	switch {
	case key.Kind == yaml.AliasNode:
		return refuse(key, fmt.Sprintf("alias *%s as a key: CloudFormation reads no aliases; write the key out", key.Value))
	case key.Kind != yaml.ScalarNode:
		return refuse(key, "a mapping or a list is used as a key; a key must be a name (text with {{ }} needs quotes)")
	case isTagged(key) && key.Tag != strTag:
		return refuseTag(key)
	case isTagged(key) || !isPlain(key):
		return nil
	case key.Value == "<<":
		return refuse(key, "merge key <<: CloudFormation merges no mappings; write the keys out")
	case key.Value == "":
		return refuse(key, "a key without a name; write the name before the colon")
	case isNumber(key.Value):
		return refuse(key, fmt.Sprintf("key %s is a number, and keys must be text; put it in quotes", key.Value))
	}
	return nil
}

func (c *converter) sequence(node *yaml.Node) error {
	if err := c.open(jsontext.BeginArray, node); err != nil {
		return err
	}
	for _, element := range node.Content {
		c.out.from(element.Line)
		if err := c.value(element); err != nil {
			return err
		}
	}
	c.out.token(jsontext.EndArray)
	return nil
}

func (c *converter) plain(node *yaml.Node) error {
	text, err := c.text(node)
	if err != nil {
		return err
	}
	if err := c.out.plain(text); err != nil {
		return refuse(node, err.Error())
	}
	return nil
}

func (c *converter) open(bracket jsontext.Token, node *yaml.Node) error {
	if c.out.level() == maxLevels {
		return refuse(node, fmt.Sprintf("nested more than %d levels deep; make the template flatter", maxLevels))
	}
	c.out.token(bracket)
	return nil
}

const strTag = "!!str"

// tagOfKind returns the tag that says of a node no more than its kind does; of a scalar, that it is text.
func tagOfKind(kind yaml.Kind) string {
	switch kind {
	case yaml.MappingNode:
		return "!!map"
	case yaml.SequenceNode:
		return "!!seq"
	}
	return strTag
}

func isTagged(node *yaml.Node) bool {
	return node.Style&yaml.TaggedStyle != 0
}

func isPlain(scalar *yaml.Node) bool {
	return scalar.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

func refuseTag(node *yaml.Node) error {
	return refuse(node, fmt.Sprintf("tag %q cannot be used here; write a short form that CloudFormation knows, such as !Sub, or the value without a tag", node.Tag))
}

func refuse(node *yaml.Node, why string) error {
	return fmt.Errorf("line %d: %s", node.Line, why)
}
