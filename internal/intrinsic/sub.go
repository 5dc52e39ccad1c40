package intrinsic

import "strings"

const subForm = "text or [text, {name: value, ...}]"

func (r *evaluation) sub(argument any) (Value, error) {
	var variables map[string]any
	pattern, isText := argument.(string)
	if !isText {
		parts, err := arguments("Fn::Sub", subForm, argument, 2, 2)
		if err != nil {
			return Value{}, err
		}
		var isObject bool
		pattern, isText = parts[0].(string)
		if variables, isObject = parts[1].(map[string]any); !isText || !isObject {
			return Value{}, malformed("Fn::Sub", subForm)
		}
	}
	if err := r.spend(len(pattern)); err != nil {
		return Value{}, err
	}
	var filled strings.Builder
	for rest := pattern; ; {
		literal, after, opened := strings.Cut(rest, "${")
		name, after, closed := strings.Cut(after, "}")
		if !opened || !closed {
			filled.WriteString(rest)
			return r.text("Fn::Sub", filled.String())
		}
		filled.WriteString(literal)
		if escaped, isEscape := strings.CutPrefix(name, "!"); isEscape {
			filled.WriteString("${" + escaped + "}")
		} else {
			s, err := r.subVariable(strings.TrimSpace(name), variables)
			if err != nil {
				return Value{}, err
			}
			filled.WriteString(s)
		}
		if filled.Len() > sizeLimit {
			return Value{}, r.tooLong("Fn::Sub")
		}
		rest = after
	}
}

// subVariable returns the value of ${name}: one of the function's own variables, or a reference.
func (r *evaluation) subVariable(name string, variables map[string]any) (string, error) {
	var v Value
	var err error
	switch variable, isOwn := variables[name]; {
	case isOwn:
		v, err = r.value(variable)
	case strings.Contains(name, "."):
		err = &Error{named("Fn::Sub", name), "an attribute of a resource; " + onlyInAWS}
	default:
		v, err = r.reference("Fn::Sub", name)
	}
	if err != nil {
		return "", err
	}
	s, isText := v.Text()
	if !isText {
		return "", &Error{named("Fn::Sub", name), "not a string"}
	}
	return s, nil
}
