package template

import (
	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v4"

	"amplify-boundary/internal/lazyregexp"
)

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

// plain writes an unquoted scalar: a boolean, null, a number as it is spelled, or a string. As YAML 1.1 reads it, but neither
// y nor n is a boolean: no reader of templates reads these as booleans.
//
// https://yaml.org/type/bool.html, https://yaml.org/type/null.html
func (c *converter) plain(node *yaml.Node) {
	switch text := node.Value; text {
	case "", "~", "null", "Null", "NULL":
		c.token(jsontext.Null)
	case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON":
		c.token(jsontext.True)
	case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF":
		c.token(jsontext.False)
	default:
		if jsonNumber().MatchString(text) {
			_ = c.encoder.WriteValue(jsontext.Value(text))
			return
		}
		if otherNumber().MatchString(text) {
			c.numbers = append(c.numbers, node.Line)
		}
		c.string(text)
	}
}
