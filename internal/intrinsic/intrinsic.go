// Package intrinsic evaluates the intrinsic functions of a CloudFormation template whose values follow
// from the template and its parameters alone. It does no I/O.
//
// It evaluates Ref, Fn::Sub, Fn::Join, Fn::Select, Fn::Split, Fn::FindInMap and Fn::If, and of
// conditions Fn::Equals, Fn::And, Fn::Or, Fn::Not and Condition. Whatever else a value depends on, only
// CloudFormation knows: then there is no value, but an [*Error] that names the function and the reason. A
// value is never guessed.
//
// The cost is linear in the size of what is evaluated: each condition, each parameter and each entry of a
// map is evaluated once, and no text grows beyond 16 KB. No error repeats a value of the template or of its parameters.
package intrinsic

import "github.com/go-json-experiment/json/jsontext"

// Context is what is known of a stack before CloudFormation creates it.
type Context struct {
	// ParameterValues are the values of the template's parameters, as a macro receives them: strings, or
	// lists of strings.
	ParameterValues map[string]jsontext.Value

	// Parameters, Mappings and Conditions are those sections of the template; nil where there are none, or
	// where they cannot be seen. Of the parameters only the types matter.
	Parameters, Mappings, Conditions jsontext.Value

	Region    string // empty where it is not known
	AccountID string // empty where it is not known
}

// Evaluator evaluates parts of one template. It must not be used by two goroutines at once.
type Evaluator struct {
	context    Context
	values     *section // of the parameters
	parameters *section
	conditions *section
	mappings   *section
	verdicts   map[string]*verdict
}

// New returns an evaluator. What the context holds must not change while it is used.
func New(c Context) *Evaluator {
	return &Evaluator{
		context:    c,
		values:     &section{members: c.ParameterValues},
		parameters: &section{text: c.Parameters},
		conditions: &section{text: c.Conditions},
		mappings:   &section{text: c.Mappings},
		verdicts:   make(map[string]*verdict),
	}
}

// Evaluate returns the value of a part of the template: a literal, or any nesting of functions. Where it
// stands in loops, their variables are given: a value that uses one differs from round to round. The
// error is an [*Error].
func (e *Evaluator) Evaluate(value jsontext.Value, loopVariables ...string) (Value, error) {
	r := e.reader(value, 0)
	r.variables = make(map[string]bool, len(loopVariables))
	for _, v := range loopVariables {
		r.variables[v] = true
	}
	return r.value()
}

// Condition reports whether a condition of the template holds. The error is an [*Error].
func (e *Evaluator) Condition(name string) (bool, error) { return e.condition(name, 0) }
