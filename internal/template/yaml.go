package template

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"

	"amplify-boundary/internal/cfn"
)

// maxLevels is far more than templates have, and little enough that indentation keeps the JSON in proportion to the file.
const maxLevels = 200

// readYAML reads a file in YAML, which is valid UTF-8.
func (d *Document) readYAML(data []byte) (err error) {
	if d.root, err = parseYAML(data); err != nil {
		return err
	}
	switch {
	case isTagged(d.root) && d.root.Tag != "!" && d.root.Tag != tagOfKind(d.root.Kind):
		return refuseTag(d.root)
	case d.root.Kind != yaml.MappingNode:
		return ErrNotTemplate
	case !anchorsNothingElse(d.root):
		return refuseAnchor(d.root)
	}
	buffer := new(bytes.Buffer)
	encoder := jsontext.NewEncoder(buffer, jsontext.WithIndent("  "), jsontext.AllowDuplicateNames(true))
	c := converter{encoder: encoder, lines: lineTable{{0, d.root.Line}}}
	if err := c.mapping(d.root); err != nil {
		return err
	}
	d.json, d.lines, d.repeated, d.numbers = buffer.Bytes(), c.lines, c.repeated, c.numbers
	d.sections, err = cfn.ReadObject(d.json, name)
	return err
}

// parseYAML returns the root node of the only document of a file.
func parseYAML(data []byte) (*yaml.Node, error) {
	offset := bytes.IndexFunc(data, func(r rune) bool { // the YAML library would refuse these without a line
		return unicode.IsControl(r) && !strings.ContainsRune("\t\n\r\u0085", r) || r == 0xFFFE || r == 0xFFFF
	})
	if offset >= 0 {
		return nil, fmt.Errorf("line %d: a control character; remove it, or write it as an escape in double quotes", linesOf(data).at(offset))
	}
	loader, err := yaml.NewLoader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	var documents [2]yaml.Node
	for i := range documents {
		switch err := loader.Load(&documents[i]); {
		case err == io.EOF && i == 0:
			return nil, ErrNotTemplate
		case err == io.EOF:
			return documents[0].Content[0], nil
		case err != nil:
			return nil, yamlFault(err)
		}
	}
	return nil, fmt.Errorf("line %d: %w", documents[1].Line, ErrDocuments)
}

// yamlFault formats an error of the YAML library, whose message quotes at most the name of an alias.
func yamlFault(err error) error {
	fault, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		return fmt.Errorf("not valid YAML: %w", err)
	}
	if alias, isAlias := strings.CutPrefix(fault.Message, "unknown anchor "); isAlias {
		return fmt.Errorf("line %d: alias %s: CloudFormation does not accept aliases; write the value out, or put it in quotes if it is a string",
			fault.Mark.Line, strings.TrimSuffix(alias, " referenced"))
	}
	context := ""
	if fault.ContextMsg != "" && fault.ContextMark.Line != fault.Mark.Line {
		context = fmt.Sprintf(" %s that begins on line %d", fault.ContextMsg, fault.ContextMark.Line)
	}
	return fmt.Errorf("line %d: not valid YAML: %s%s; check indentation, quotes, and brackets", max(1, fault.Mark.Line), fault.Message, context)
}

func (c *converter) value(node *yaml.Node) error {
	name, isShortForm := longForm(node.Tag)
	isCore := isTagged(node) && slices.Contains([]string{"!!int", "!!float", "!!bool", "!!null"}, node.Tag)
	switch {
	case node.Kind == yaml.AliasNode:
		return refuse(node, fmt.Sprintf("alias *%s: CloudFormation does not accept aliases; write the value out", node.Value))
	case !anchorsNothingElse(node):
		return refuseAnchor(node)
	case isShortForm:
		return c.intrinsic(node, name)
	case node.Kind == yaml.ScalarNode && (isCore || !isTagged(node) && isPlain(node)):
		c.plain(node)
		return nil
	case !isTagged(node), node.Tag == "!", node.Tag == tagOfKind(node.Kind):
		return c.content(node)
	default:
		return refuseTag(node)
	}
}

// content writes a node without regard to its tag; a scalar as a string.
func (c *converter) content(node *yaml.Node) error {
	switch node.Kind {
	case yaml.MappingNode:
		return c.mapping(node)
	case yaml.SequenceNode:
		if err := c.open(jsontext.BeginArray, node); err != nil {
			return err
		}
		for _, element := range node.Content {
			c.from(element)
			if err := c.value(element); err != nil {
				return err
			}
		}
		c.token(jsontext.EndArray)
		return nil
	default:
		c.string(node.Value)
		return nil
	}
}

func (c *converter) mapping(node *yaml.Node) error {
	if err := c.open(jsontext.BeginObject, node); err != nil {
		return err
	}
	last := make(map[string]*yaml.Node, len(node.Content)/2) // the key that counts
	for i := 0; i < len(node.Content); i += 2 {
		if err := checkKey(node.Content[i]); err != nil {
			return err
		}
		last[node.Content[i].Value] = node.Content[i]
	}
	for i := 0; i < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if counts := last[key.Value]; counts != key {
			c.repeated = append(c.repeated, Repeated{key.Value, key.Line, counts.Line})
			continue
		}
		c.from(key)
		c.string(key.Value)
		if err := c.value(value); err != nil {
			return err
		}
	}
	c.token(jsontext.EndObject)
	return nil
}

// checkKey refuses what is not a name. A name is read as it is spelled: an unquoted on is a name like any other.
func checkKey(key *yaml.Node) error {
	switch {
	case key.Kind == yaml.AliasNode:
		return refuse(key, fmt.Sprintf("alias *%s: CloudFormation does not accept aliases; write the key out", key.Value))
	case key.Kind != yaml.ScalarNode:
		return refuse(key, "a map or a list is used as a key; a key must be a name (a string with {{ }} needs quotes)")
	case !anchorsNothingElse(key):
		return refuseAnchor(key)
	case isTagged(key) && !slices.Contains([]string{"!", "!!str", "!!int", "!!float", "!!bool", "!!null"}, key.Tag):
		return refuseTag(key)
	case key.Value == "<<" && isPlain(key):
		return refuse(key, "merge key <<: CloudFormation does not merge maps; write the keys out")
	}
	return nil
}

func (c *converter) open(bracket jsontext.Token, node *yaml.Node) error {
	if c.encoder.StackDepth() == maxLevels {
		return refuse(node, fmt.Sprintf("nested more than %d levels deep; make the template flatter", maxLevels))
	}
	c.token(bracket)
	return nil
}

// tagOfKind returns the tag that says no more about a node than its kind does; about a scalar, that it is a string.
func tagOfKind(kind yaml.Kind) string {
	switch kind {
	case yaml.MappingNode:
		return "!!map"
	case yaml.SequenceNode:
		return "!!seq"
	default:
		return "!!str"
	}
}

// anchorsNothingElse reports whether a node has no anchor, or one whose name ends at the same offset in YAML 1.1, which
// CloudFormation reads, and in 1.2.
func anchorsNothingElse(node *yaml.Node) bool {
	return strings.Trim(node.Anchor, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

func refuseAnchor(node *yaml.Node) error {
	return refuse(node, "the name of an anchor has other characters than letters, digits, - and _; remove the anchor")
}

func isTagged(node *yaml.Node) bool { return node.Style&yaml.TaggedStyle != 0 || node.Tag == "!" }

func isPlain(scalar *yaml.Node) bool {
	return scalar.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

func refuseTag(node *yaml.Node) error {
	return refuse(node, fmt.Sprintf("CloudFormation does not accept tag %q here; write a short form such as !Sub, or no tag", node.Tag))
}

func refuse(node *yaml.Node, why string) error { return fmt.Errorf("line %d: %s", node.Line, why) }

// converter writes YAML nodes as JSON, one member or element a line, and records the line of the file that each came from.
//
// The encoder cannot fail: it writes to memory, each name is written once, and no string that is read from valid UTF-8 is
// invalid. So its errors are not checked.
type converter struct {
	encoder  *jsontext.Encoder
	lines    lineTable
	repeated []Repeated
	numbers  []int
}

// from records that what is written next came from a node.
func (c *converter) from(node *yaml.Node) {
	c.lines = append(c.lines, lineStart{int(c.encoder.OutputOffset()), node.Line})
}

// token writes a brace, a bracket, or a literal.
func (c *converter) token(token jsontext.Token) { _ = c.encoder.WriteToken(token) }

// string writes a string, or the name of a member.
func (c *converter) string(s string) { c.token(jsontext.String(s)) }
