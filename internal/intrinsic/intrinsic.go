// Package intrinsic evaluates the intrinsic functions of a CloudFormation template whose values follow from the template and
// its parameters alone. It does no I/O.
//
// It evaluates Ref, Fn::Sub, Fn::Join, Fn::Select, Fn::Split, Fn::FindInMap, and Fn::If, and in conditions Fn::Equals,
// Fn::And, Fn::Or, Fn::Not, and Condition. Anything else has no value here, but an [*Error] that names the function and the
// reason. A value is never guessed.
//
// Each evaluation has a budget, so that a short template cannot take long. No error repeats a value of the template or of its
// parameters.
package intrinsic

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// Context is what is known of a stack before CloudFormation creates it.
type Context struct {
	// ParameterValues are the values of the template's parameters, as a macro receives them: strings, or lists of strings.
	ParameterValues map[string]jsontext.Value

	// Parameters, Mappings, and Conditions are those sections of the template; nil if they are absent, or if the macro does
	// not get them.
	Parameters, Mappings, Conditions jsontext.Value

	Region    string // empty if it is not known
	AccountID string // empty if it is not known
}

// Value is the value of a part of a template: a text, a list of texts, or absent. Numbers and booleans are texts, spelled as
// in the template. The zero value is absent.
type Value struct {
	// Doubt says why the value that CloudFormation gets can differ from this one; nil if it cannot. A wrong URL is noticed
	// when it is used; a condition that depends on such a value is an error here.
	Doubt *Error

	content any // a string, a []string, or nil
}

// Text returns the text, and reports whether the value is one.
func (v Value) Text() (string, bool) { s, isText := v.content.(string); return s, isText }

// List returns the list, and reports whether the value is one.
func (v Value) List() ([]string, bool) { l, isList := v.content.([]string); return l, isList }

// IsAbsent reports whether there is no value: AWS::NoValue, or null. The empty text is a value.
func (v Value) IsAbsent() bool { return v.content == nil }

// Evaluator evaluates parts of one template. It must not be used by two goroutines at once.
type Evaluator struct {
	context    Context
	values     *section // of the parameters
	parameters *section
	conditions *section
	mappings   *section
	loops      bool // in Conditions: a member is Fn::ForEach or Fn::Transform, which stands for other members
	known      map[string]condition
}

// New returns an evaluator. The content of the context must not change while it is used.
func New(c Context) *Evaluator {
	e := &Evaluator{
		context:    c,
		values:     newSection(c.ParameterValues),
		parameters: readSection(c.Parameters),
		conditions: readSection(c.Conditions),
		mappings:   readSection(c.Mappings),
		known:      make(map[string]condition),
	}
	for name := range e.conditions.members {
		e.loops = e.loops || strings.HasPrefix(name, cfn.FunctionPrefix)
	}
	return e
}

// Evaluate returns the value of a part of the template: a literal, or any nesting of functions. If the part is in loops,
// their variables are given: what uses one has no value, since it differs in each iteration. The error is an [*Error].
func (e *Evaluator) Evaluate(part jsontext.Value, loopVariables ...string) (Value, error) {
	r := e.start()
	for _, v := range loopVariables {
		r.variables[v] = true
	}
	return r.evaluate(part)
}

// Condition reports whether a condition of the template holds. The error is an [*Error].
func (e *Evaluator) Condition(name string) (bool, error) {
	return try(func() bool { return e.start().condition(name) })
}

func (e *Evaluator) start() *evaluation {
	return &evaluation{Evaluator: e, variables: make(map[string]bool), budget: budget}
}
