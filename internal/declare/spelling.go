package declare

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"
)

// spelling is how a declaration is written, to look like the template around it.
type spelling byte

const (
	compactJSON spelling = iota // {"Name":"AmplifyBoundary"}
	spacedJSON                  // {"Name": "AmplifyBoundary"}
	plainYAML                   // {Name: AmplifyBoundary}
)

// spelling returns that of the template: compact JSON where no white space stands before the first member.
func (t *Template) spelling() spelling {
	switch {
	case t.root.block:
		return plainYAML
	case len(t.spaceBefore(t.root.entries[0].at.Start)) > 0 || t.document != nil:
		return spacedJSON
	default:
		return compactJSON
	}
}

// declaration returns a declaration: the macro's name, or an object where there are parameters.
func (s spelling) declaration(macro string, parameters []parameter) string {
	if len(parameters) == 0 {
		return s.text(macro)
	}
	return "{" + s.member(memberName, s.text(macro)) + s.separator() + s.member(memberParameters, s.object(parameters)) + "}"
}

// object returns an object of parameters.
func (s spelling) object(parameters []parameter) string {
	var members []string
	for _, p := range parameters {
		members = append(members, s.member(p.name, s.text(p.value)))
	}
	return "{" + strings.Join(members, s.separator()) + "}"
}

// member returns a member of an object.
func (s spelling) member(name, value string) string {
	if s == compactJSON {
		return s.text(name) + ":" + value
	}
	return s.text(name) + ": " + value
}

func (s spelling) separator() string {
	if s == compactJSON {
		return ","
	}
	return ", "
}

// text returns a string: in YAML as a word where that is sure to be read as a string, else as JSON writes it,
// which YAML reads too.
func (s spelling) text(text string) string {
	if s == plainYAML && isWord(text) {
		return text
	}
	// The only error is text that is not UTF-8, which neither a template nor a parameter can hold.
	quoted, _ := jsontext.AppendQuote(nil, text)
	return string(quoted)
}

// isWord reports whether an unquoted text is a string in YAML, for every reader: it begins with a letter, has
// only letters, digits, dots, - and _, and is no word of YAML 1.1 for a boolean or null.
func isWord(text string) bool {
	switch strings.ToLower(text) {
	case "", "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return false
	}
	isLetter := func(c rune) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
	return isLetter(rune(text[0])) && strings.IndexFunc(text, func(c rune) bool {
		return !isLetter(c) && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_'
	}) < 0
}

// isAmbiguous reports whether readers may differ on whether a scalar is a string: an unquoted yes in YAML.
func isAmbiguous(value *element) bool {
	const quoted = yaml.DoubleQuotedStyle | yaml.SingleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle | yaml.TaggedStyle
	return value.node != nil && value.node.Style&quoted == 0 && !isWord(value.text)
}
