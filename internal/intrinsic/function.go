package intrinsic

import (
	"strconv"
	"strings"

	"amplify-boundary/internal/cfn"
)

func (r *evaluation) function(function string, argument any) Value {
	switch function {
	case cfn.FunctionRef:
		name, isText := argument.(string)
		if !isText {
			panic(malformed(function, "the name of a template parameter"))
		}
		return r.reference(function, name)
	case "Fn::Sub":
		return r.sub(argument)
	case "Fn::Join":
		return r.join(argument)
	case "Fn::Select":
		return r.selectElement(argument)
	case "Fn::Split":
		return r.split(argument)
	case "Fn::FindInMap":
		return r.findInMap(argument)
	case "Fn::If":
		return r.branch(argument)
	case "Fn::GetAtt", "Fn::ImportValue", "Fn::GetStackOutput", "Fn::GetAZs":
		panic(&Error{function, onlyInAWS})
	case cfn.FunctionTransform:
		panic(&Error{function, "the result of a macro is not known here"})
	}
	if strings.HasPrefix(function, cfn.FunctionPrefix) && isName(function) {
		panic(&Error{function, "this macro does not evaluate it"})
	}
	panic(errNoFunction)
}

// arguments returns a function's arguments, of which there are at least and at most so many.
func arguments(function, form string, argument any, least, most int) []any {
	list, isList := argument.([]any)
	if !isList || len(list) < least || len(list) > most {
		panic(malformed(function, form))
	}
	return list
}

// textArgument evaluates an argument that must be a string.
func (r *evaluation) textArgument(function string, argument any) string {
	s, isText := r.value(argument).Text()
	if !isText {
		panic(&Error{function, "one of its arguments is not a string"})
	}
	return s
}

// listArgument evaluates the last argument, which must be a list.
func (r *evaluation) listArgument(function string, argument any) []string {
	l, isList := r.value(argument).List()
	if !isList {
		panic(&Error{function, "its last argument is not a list"})
	}
	return l
}

func (r *evaluation) branch(argument any) Value {
	const form = "[condition, value, value]"
	parts := arguments("Fn::If", form, argument, 3, 3)
	condition, isText := parts[0].(string)
	if !isText {
		panic(malformed("Fn::If", form))
	}
	if r.condition(condition) {
		return r.value(parts[1])
	}
	return r.value(parts[2])
}

func (r *evaluation) join(argument any) Value {
	parts := arguments("Fn::Join", "[delimiter, [value, ...]]", argument, 2, 2)
	delimiter := r.textArgument("Fn::Join", parts[0])
	elements := r.listArgument("Fn::Join", parts[1])
	if len(delimiter)*(len(elements)-1) > sizeLimit {
		r.tooLong("Fn::Join")
	}
	return r.text("Fn::Join", strings.Join(elements, delimiter))
}

func (r *evaluation) split(argument any) Value {
	const form = "[delimiter, text]"
	parts := arguments("Fn::Split", form, argument, 2, 2)
	delimiter, text := r.textArgument("Fn::Split", parts[0]), r.textArgument("Fn::Split", parts[1])
	if delimiter == "" {
		panic(malformed("Fn::Split", form))
	}
	list := strings.Split(text, delimiter)
	r.spend(len(list))
	return Value{content: list}
}

func (r *evaluation) selectElement(argument any) Value {
	const form = "[index, [value, ...]]"
	parts := arguments("Fn::Select", form, argument, 2, 2)
	index, err := strconv.ParseUint(r.textArgument("Fn::Select", parts[0]), 10, 31)
	if err != nil {
		panic(malformed("Fn::Select", form))
	}
	from := parts[1]
	if all, isLiteral := from.([]any); isLiteral { // the elements after the index may have no value; an absent one before it makes the list too short
		from = all[:min(len(all), int(index)+1)]
	}
	elements := r.listArgument("Fn::Select", from)
	if int(index) >= len(elements) {
		panic(&Error{"Fn::Select", "the list has no element of that index"})
	}
	return r.text("Fn::Select", elements[index])
}
