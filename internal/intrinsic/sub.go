package intrinsic

import "strings"

func (r *evaluation) sub(argument any) Value {
	const form = "text or [text, {name: value, ...}]"
	var variables map[string]any
	pattern, isText := argument.(string)
	if !isText {
		parts := arguments("Fn::Sub", form, argument, 2, 2)
		var isObject bool
		pattern, isText = parts[0].(string)
		if variables, isObject = parts[1].(map[string]any); !isText || !isObject {
			panic(malformed("Fn::Sub", form))
		}
	}
	r.spend(len(pattern))
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
			filled.WriteString(r.subVariable(strings.TrimSpace(name), variables))
		}
		if filled.Len() > sizeLimit {
			r.tooLong("Fn::Sub")
		}
		rest = after
	}
}

// subVariable returns the value of ${name}: one of the function's own variables, or a reference.
func (r *evaluation) subVariable(name string, variables map[string]any) string {
	var v Value
	switch variable, isOwn := variables[name]; {
	case isOwn:
		v = r.value(variable)
	case strings.Contains(name, "."):
		panic(&Error{named("Fn::Sub", name), "an attribute of a resource; " + onlyInAWS})
	default:
		v = r.reference("Fn::Sub", name)
	}
	s, isText := v.Text()
	if !isText {
		panic(&Error{named("Fn::Sub", name), "not a string"})
	}
	return s
}
