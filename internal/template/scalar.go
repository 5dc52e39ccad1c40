package template

import (
	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"

	"amplify-boundary/internal/lazyregexp"
)

// word returns what an unquoted word means in YAML 1.1 where it is a boolean or null. Neither y nor n is one: no reader of
// templates reads these as booleans.
//
// https://yaml.org/type/bool.html, https://yaml.org/type/null.html
func word(spelling string) (literal jsontext.Token, isWord bool) {
	switch spelling {
	case "", "~", "null", "Null", "NULL":
		return jsontext.Null, true
	case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON":
		return jsontext.True, true
	case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF":
		return jsontext.False, true
	default:
		return jsontext.Token{}, false
	}
}

var (
	jsonNumber = lazyregexp.New(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)

	// otherNumber matches what YAML 1.1 or 1.2 reads as a number and JSON does not.
	//
	// https://yaml.org/type/int.html, https://yaml.org/type/float.html, https://yaml.org/spec/1.2.2/#103-core-schema
	otherNumber = lazyregexp.New(`^[-+]?(0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+` +
		`|[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?` +
		`|([0-9][0-9_]*(\.[0-9_]*)?|\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?` +
		`|\.(inf|Inf|INF|nan|NaN|NAN))$`)
)

// plain writes an unquoted scalar: a number as it is spelled, a boolean, null, or a string.
func (c *converter) plain(node *yaml.Node) {
	if literal, isWord := word(node.Value); isWord {
		c.token(literal)
		return
	}
	if jsonNumber().MatchString(node.Value) {
		_ = c.encoder.WriteValue(jsontext.Value(node.Value))
		return
	}
	if otherNumber().MatchString(node.Value) {
		c.numbers = append(c.numbers, node.Line)
	}
	c.string(node.Value)
}
