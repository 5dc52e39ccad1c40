package template

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"
)

// converter writes YAML nodes as JSON, one member or element a line, and records the line of the file that each came from.
//
// The encoder cannot fail: it writes to memory, each name is written once, and no string that is read from valid UTF-8 is
// invalid. So its errors are not checked.
type converter struct {
	json     *bytes.Buffer
	encoder  *jsontext.Encoder
	lines    lineTable
	repeated []Repeated
	numbers  []int
}

func newConverter(line int) *converter {
	buffer := new(bytes.Buffer)
	return &converter{
		json:    buffer,
		encoder: jsontext.NewEncoder(buffer, jsontext.WithIndent("  "), jsontext.AllowDuplicateNames(true)),
		lines:   lineTable{{0, line}},
	}
}

// from records that what is written next came from a node.
func (c *converter) from(node *yaml.Node) {
	c.lines = append(c.lines, lineStart{int(c.encoder.OutputOffset()), node.Line})
}

// token writes a brace, a bracket, or a literal.
func (c *converter) token(token jsontext.Token) { _ = c.encoder.WriteToken(token) }

// string writes a string, or the name of a member.
func (c *converter) string(s string) { c.token(jsontext.String(s)) }
