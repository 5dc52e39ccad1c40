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

func (r *evaluation) condition(name string) bool {
	subject := named("condition", name)
	if strings.Contains(name, "${") || strings.Contains(name, "&{") {
		panic(&Error{subject, "its name contains a loop variable"})
	}
	c, isKnown := r.known[name]
	if !isKnown {
		definition, isDefined := r.conditions.members[name]
		switch {
		case r.loops:
			panic(&Error{subject, "the Conditions section contains Fn::ForEach or Fn::Transform, which can define it"})
		case !isDefined:
			panic(&Error{subject, "not in the Conditions section; a macro called by Fn::Transform does not get that section"})
		}
		r.known[name] = condition{err: &Error{subject, "it refers to itself"}} // as long as it is evaluated
		variables := r.variables
		r.variables = nil // conditions are outside all loops
		c.holds, c.err = try(func() bool { return r.boolean(decode(definition)) })
		r.variables = variables
		r.known[name] = c
		if c.err == errBudget { // the budget of another evaluation can be enough
			delete(r.known, name)
		}
	}
	if c.err != nil {
		panic(c.err)
	}
	return c.holds
}

var errNoCondition = &Error{"the condition", "not one of Fn::Equals, Fn::And, Fn::Or, Fn::Not, and Condition"}

func (r *evaluation) boolean(tree any) bool {
	defer r.descend()()
	object, isObject := tree.(map[string]any)
	if !isObject {
		panic(errNoCondition)
	}
	switch function, argument := single(object); function {
	case "Condition":
		name, isText := argument.(string)
		if !isText {
			panic(malformed(function, "the name of a condition"))
		}
		return r.condition(name)
	case "Fn::Equals":
		return r.equals(argument)
	case "Fn::Not":
		return !r.boolean(arguments(function, "[condition]", argument, 1, 1)[0])
	case "Fn::And", "Fn::Or":
		return r.all(arguments(function, "[condition, ...], 2 to 10 of them", argument, 2, 10), function == "Fn::And")
	default:
		panic(errNoCondition)
	}
}

func (r *evaluation) equals(argument any) bool {
	parts := arguments("Fn::Equals", "[value, value]", argument, 2, 2)
	var sides [2]Value
	r.certain(func() {
		for i, part := range parts {
			if sides[i] = r.value(part); sides[i].IsAbsent() { // AWS does not document what it equals
				panic(&Error{"Fn::Equals", "one of its arguments is absent"})
			}
		}
	})
	return reflect.DeepEqual(sides[0].content, sides[1].content)
}

// certain runs an evaluation whose result decides on another value. It fails where there is doubt: a wrong result would not
// be noticed.
func (r *evaluation) certain(evaluate func()) {
	before := r.doubt
	defer func() { r.doubt = before }()
	r.doubt = nil
	evaluate()
	if r.doubt != nil {
		panic(r.doubt)
	}
}

// all evaluates Fn::And, whose value is true if all its conditions are, and Fn::Or, whose value is false if all of them are.
// One condition with the other value decides, even if another is not known.
func (r *evaluation) all(conditions []any, value bool) bool {
	var unknown error
	for _, c := range conditions {
		switch holds, err := try(func() bool { return r.boolean(c) }); {
		case err == nil && holds != value:
			return !value
		case err == errBudget:
			panic(err)
		case unknown == nil:
			unknown = err
		}
	}
	if unknown != nil {
		panic(unknown)
	}
	return value
}
