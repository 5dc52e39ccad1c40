package declare

import (
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/lazyregexp"
)

// spelling is how a declaration is written, to look like the template around it.
type spelling byte

const (
	compactJSON spelling = iota // {"Name":"AmplifyBoundary"}
	spacedJSON                  // {"Name": "AmplifyBoundary"}
	plainYAML                   // {Name: AmplifyBoundary}
)

// transform returns a declaration: the macro's name, or an object where there are parameters.
func (s spelling) transform(t Transform) string {
	if len(t.Parameters) == 0 {
		return s.string(t.Name)
	}
	var parameters []string
	for _, name := range slices.Sorted(maps.Keys(t.Parameters)) {
		parameters = append(parameters, s.member(name, s.value(t.Parameters[name])))
	}
	return "{" + s.member(cfn.TransformName, s.string(t.Name)) + s.separator() +
		s.member(cfn.TransformParameters, "{"+strings.Join(parameters, s.separator())+"}") + "}"
}

func (s spelling) value(value jsontext.Value) string {
	if text, isString := cfn.Text(value); isString {
		return s.string(text)
	}
	function, argument, _ := cfn.Call(value)
	name, isString := cfn.Text(argument)
	switch {
	case function != cfn.FunctionRef || !isString:
		return string(value)
	case s == plainYAML:
		return "!Ref " + s.string(name)
	default:
		return "{" + s.member(cfn.FunctionRef, s.string(name)) + "}"
	}
}

func (s spelling) member(name, value string) string {
	if s == compactJSON {
		return s.string(name) + ":" + value
	}
	return s.string(name) + ": " + value
}

func (s spelling) separator() string {
	if s == compactJSON {
		return ","
	}
	return ", "
}

// string returns a string: in YAML as a word where every reader reads it as a string, otherwise in quotes.
func (s spelling) string(text string) string {
	if s == plainYAML && word().MatchString(text) && !constant().MatchString(text) {
		return text
	}
	return string(cfn.Quote(text))
}

// An unquoted word is a string to every reader of YAML, unless it is a boolean or null in YAML 1.1.
var (
	word     = lazyregexp.New(`^[A-Za-z][A-Za-z0-9._-]*$`)
	constant = lazyregexp.New(`(?i)^(y|n|yes|no|on|off|true|false|null)$`)
)
