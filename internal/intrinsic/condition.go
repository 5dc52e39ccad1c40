package intrinsic

import (
	"reflect"
	"strings"
)

// condition is the value of a condition of the template, which is evaluated once.
type condition struct {
	holds bool
	err   error
}

func (r *evaluation) condition(name string) (bool, error) {
	subject := named("condition", name)
	if strings.Contains(name, "${") || strings.Contains(name, "&{") {
		return false, &Error{subject, "its name contains a loop variable"}
	}
	if c, isKnown := r.known[name]; isKnown {
		return c.holds, c.err
	}
	definition := r.conditions.find(name)
	switch {
	case r.conditions.loops:
		return false, &Error{subject, "the Conditions section contains Fn::ForEach or Fn::Transform, which can define it"}
	case definition == nil:
		return false, &Error{subject, "not in the Conditions section; a macro called by Fn::Transform does not get that section"}
	}
	r.known[name] = condition{err: &Error{subject, "it refers to itself"}} // as long as it is evaluated
	holds := false
	tree, err := decode(definition)
	if err == nil {
		variables := r.variables
		r.variables = nil // conditions are outside all loops
		holds, err = r.boolean(tree)
		r.variables = variables
	}
	r.known[name] = condition{holds, err}
	if err == errBudget { // the budget of another evaluation can be enough
		delete(r.known, name)
	}
	return holds, err
}

var errNoCondition = &Error{"the condition", "not one of Fn::Equals, Fn::And, Fn::Or, Fn::Not, and Condition"}

func (r *evaluation) boolean(tree any) (bool, error) {
	if r.depth++; r.depth > depth {
		return false, errDepth
	}
	defer func() { r.depth-- }()
	object, isObject := tree.(map[string]any)
	if !isObject {
		return false, errNoCondition
	}
	function, argument, isOne := single(object)
	if !isOne {
		return false, errNoFunction
	}
	switch function {
	case "Condition":
		name, isText := argument.(string)
		if !isText {
			return false, malformed(function, "the name of a condition")
		}
		return r.condition(name)
	case "Fn::Equals":
		return r.equals(argument)
	case "Fn::Not":
		parts, err := arguments(function, "[condition]", argument, 1, 1)
		if err != nil {
			return false, err
		}
		holds, err := r.boolean(parts[0])
		return !holds, err
	case "Fn::And":
		return r.all(function, argument, true)
	case "Fn::Or":
		return r.all(function, argument, false)
	default:
		return false, errNoCondition
	}
}

func (r *evaluation) equals(argument any) (bool, error) {
	parts, err := arguments("Fn::Equals", "[value, value]", argument, 2, 2)
	if err != nil {
		return false, err
	}
	var sides [2]Value
	err = r.certain(func() (err error) {
		for i := range sides {
			if sides[i], err = r.value(parts[i]); err != nil {
				return err
			}
			if sides[i].IsAbsent() { // AWS does not document what it equals
				return &Error{"Fn::Equals", "one of its arguments is absent"}
			}
		}
		return nil
	})
	return reflect.DeepEqual(sides[0].content, sides[1].content), err
}

// certain runs an evaluation whose result decides on another value. It fails where there is doubt: a wrong result would not
// be noticed.
func (r *evaluation) certain(evaluate func() error) error {
	before := r.doubt
	r.doubt = nil
	if err := evaluate(); err != nil {
		return err
	}
	if r.doubt != nil {
		return r.doubt
	}
	r.doubt = before
	return nil
}

// all evaluates Fn::And, whose value is true if all its conditions are, and Fn::Or, whose value is false if all of them are.
// One condition with the other value decides, even if another is not known.
func (r *evaluation) all(function string, argument any, value bool) (bool, error) {
	parts, err := arguments(function, "[condition, ...], 2 to 10 of them", argument, 2, 10)
	if err != nil {
		return false, err
	}
	var unknown error
	for _, part := range parts {
		holds, err := r.boolean(part)
		if err == nil && holds != value {
			return !value, nil
		}
		if err == errBudget {
			return false, err
		}
		if unknown == nil {
			unknown = err
		}
	}
	return value, unknown
}
