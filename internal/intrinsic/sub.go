package intrinsic

import "strings"

const subForm = "text or [text, {name: value, ...}]"

// sub evaluates Fn::Sub.
func (r *reader) sub() (v Value, err error) {
	if r.decoder.PeekKind() == '"' {
		pieces, err := r.pattern()
		if err != nil {
			return Value{}, err
		}
		return r.filled(pieces, nil)
	}
	var pieces []piece
	var variables map[string]string
	err = r.arguments("Fn::Sub", subForm, 2, 2, func(index int) (err error) {
		if index == 0 {
			pieces, err = r.pattern()
		} else {
			variables, err = r.subVariables(pieces)
		}
		return err
	})
	if err != nil {
		return Value{}, err
	}
	return r.filled(pieces, variables)
}

// piece is a part of the text of Fn::Sub: literal text, and the name that follows it in ${name}, if one
// does.
type piece struct {
	literal  string
	variable string
}

// pattern reads the text of Fn::Sub. ${!text} in it stands for ${text}.
func (r *reader) pattern() ([]piece, error) {
	if r.decoder.PeekKind() != '"' {
		return nil, malformed("Fn::Sub", subForm)
	}
	v, err := r.scalar()
	if err != nil {
		return nil, err
	}
	var pieces []piece
	for rest := v.text; ; {
		literal, behind, opened := strings.Cut(rest, "${")
		name, behind, closed := strings.Cut(behind, "}")
		if !opened || !closed {
			return append(pieces, piece{literal: rest}), nil
		}
		escaped, isEscape := strings.CutPrefix(name, "!")
		name = strings.TrimSpace(name)
		switch {
		case isEscape:
			pieces = append(pieces, piece{literal: literal + "${" + escaped + "}"})
		case name == "":
			return nil, malformed("Fn::Sub", "text with ${name} in it")
		default:
			pieces = append(pieces, piece{literal, name})
		}
		rest = behind
	}
}

// subVariables evaluates the values that Fn::Sub has beside the template's parameters, if its text uses
// them.
func (r *reader) subVariables(pieces []piece) (map[string]string, error) {
	if r.decoder.PeekKind() != '{' {
		return nil, malformed("Fn::Sub", subForm)
	}
	used := make(map[string]bool)
	for _, p := range pieces {
		used[p.variable] = true
	}
	variables := make(map[string]string)
	_, _ = r.decoder.ReadToken()
	for r.decoder.PeekKind() == '"' {
		name, isText := r.literal()
		if !isText {
			return nil, notJSON()
		}
		if !used[name] {
			if err := r.skip(); err != nil {
				return nil, err
			}
			continue
		}
		s, err := r.text("Fn::Sub")
		if err != nil {
			return nil, err
		}
		variables[name] = s
	}
	if _, err := r.decoder.ReadToken(); err != nil {
		return nil, notJSON()
	}
	return variables, nil
}

// filled replaces the names in the text of Fn::Sub by their values.
func (r *reader) filled(pieces []piece, variables map[string]string) (Value, error) {
	var b strings.Builder
	for _, p := range pieces {
		b.WriteString(p.literal)
		if p.variable != "" {
			s, err := r.subVariable(p.variable, variables)
			if err != nil {
				return Value{}, err
			}
			b.WriteString(s)
		}
		if b.Len() > sizeLimit {
			return Value{}, tooLong("Fn::Sub")
		}
	}
	return r.textValue("Fn::Sub", b.String())
}

func (r *reader) subVariable(name string, variables map[string]string) (string, error) {
	if s, isOwn := variables[name]; isOwn {
		return s, nil
	}
	if strings.Contains(name, ".") {
		return "", &Error{named("Fn::Sub", name), "an attribute of a resource; " + onlyInAWS}
	}
	v, err := r.reference("Fn::Sub", name)
	if err != nil {
		return "", err
	}
	s, isText := v.Text()
	if !isText {
		return "", &Error{named("Fn::Sub", name), "it is no text"}
	}
	return s, nil
}
