package intrinsic

import (
	"strconv"
	"strings"

	"amplify-boundary/internal/cfn"
)

func (r *evaluation) function(function string, argument any) (Value, error) {
	switch function {
	case cfn.FunctionRef:
		name, isText := argument.(string)
		if !isText {
			return Value{}, malformed(function, "the name of a template parameter")
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
		return Value{}, &Error{function, onlyInAWS}
	case cfn.FunctionTransform:
		return Value{}, &Error{function, "the result of a macro is not known here"}
	}
	if strings.HasPrefix(function, cfn.FunctionPrefix) && isName(function) {
		return Value{}, &Error{function, "this macro does not evaluate it"}
	}
	return Value{}, errNoFunction
}

// arguments returns a function's arguments, of which there are at least and at most so many.
func arguments(function, form string, argument any, least, most int) ([]any, error) {
	list, isList := argument.([]any)
	if !isList || len(list) < least || len(list) > most {
		return nil, malformed(function, form)
	}
	return list, nil
}

// texts evaluates arguments that must be strings.
func (r *evaluation) texts(function string, arguments ...any) ([]string, error) {
	var texts []string
	for _, argument := range arguments {
		v, err := r.value(argument)
		if err != nil {
			return nil, err
		}
		s, isText := v.Text()
		if !isText {
			return nil, &Error{function, "one of its arguments is not a string"}
		}
		texts = append(texts, s)
	}
	return texts, nil
}

// listArgument evaluates the last argument, which must be a list.
func (r *evaluation) listArgument(function string, argument any) ([]string, error) {
	v, err := r.value(argument)
	if err != nil {
		return nil, err
	}
	l, isList := v.List()
	if !isList {
		return nil, &Error{function, "its last argument is not a list"}
	}
	return l, nil
}

func (r *evaluation) branch(argument any) (Value, error) {
	const form = "[condition, value, value]"
	parts, err := arguments("Fn::If", form, argument, 3, 3)
	if err != nil {
		return Value{}, err
	}
	condition, isText := parts[0].(string)
	if !isText {
		return Value{}, malformed("Fn::If", form)
	}
	switch holds, err := r.condition(condition); {
	case err != nil:
		return Value{}, err
	case holds:
		return r.value(parts[1])
	default:
		return r.value(parts[2])
	}
}

func (r *evaluation) join(argument any) (Value, error) {
	parts, err := arguments("Fn::Join", "[delimiter, [value, ...]]", argument, 2, 2)
	if err != nil {
		return Value{}, err
	}
	texts, err := r.texts("Fn::Join", parts[0])
	if err != nil {
		return Value{}, err
	}
	elements, err := r.listArgument("Fn::Join", parts[1])
	if err != nil {
		return Value{}, err
	}
	delimiter := texts[0]
	if len(delimiter)*(len(elements)-1) > sizeLimit {
		return Value{}, r.tooLong("Fn::Join")
	}
	return r.text("Fn::Join", strings.Join(elements, delimiter))
}

func (r *evaluation) split(argument any) (Value, error) {
	const form = "[delimiter, text]"
	parts, err := arguments("Fn::Split", form, argument, 2, 2)
	if err != nil {
		return Value{}, err
	}
	texts, err := r.texts("Fn::Split", parts...)
	if err != nil {
		return Value{}, err
	}
	if texts[0] == "" {
		return Value{}, malformed("Fn::Split", form)
	}
	list := strings.Split(texts[1], texts[0])
	return Value{content: list}, r.spend(len(list))
}

func (r *evaluation) selectElement(argument any) (Value, error) {
	const form = "[index, [value, ...]]"
	parts, err := arguments("Fn::Select", form, argument, 2, 2)
	if err != nil {
		return Value{}, err
	}
	texts, err := r.texts("Fn::Select", parts[0])
	if err != nil {
		return Value{}, err
	}
	index, err := strconv.ParseUint(texts[0], 10, 31)
	if err != nil {
		return Value{}, malformed("Fn::Select", form)
	}
	from := parts[1]
	if all, isLiteral := from.([]any); isLiteral { // the elements after the index may have no value; an absent one before it makes the list too short
		from = all[:min(len(all), int(index)+1)]
	}
	elements, err := r.listArgument("Fn::Select", from)
	if err != nil {
		return Value{}, err
	}
	if int(index) >= len(elements) {
		return Value{}, &Error{"Fn::Select", "the list has no element of that index"}
	}
	return r.text("Fn::Select", elements[index])
}
