package intrinsic

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// reader evaluates a part of the template while it reads it, so that nothing is read twice.
type reader struct {
	*Evaluator
	decoder   *jsontext.Decoder
	variables map[string]bool // of the loops around
	depth     int

	deciding bool // what is read decides on another value: as a condition of the template, or as a key of a map
}

func (e *Evaluator) reader(part jsontext.Value, depth int) *reader {
	// jsontext reads a bytes.Buffer in place.
	return &reader{Evaluator: e, decoder: jsontext.NewDecoder(bytes.NewBuffer(part)), depth: depth}
}

// value evaluates the value that comes next.
func (r *reader) value() (Value, error) {
	if r.depth >= depthLimit {
		return Value{}, tooDeep("the value")
	}
	r.depth++
	defer func() { r.depth-- }()
	switch r.decoder.PeekKind() {
	case '{':
		return call(r, r.function)
	case '[':
		return r.elements(r.value)
	default:
		return r.scalar()
	}
}

func tooDeep(what string) error {
	return &Error{what, "nested more than 200 levels deep"}
}

// scalar reads the string, number, boolean or null that comes next.
func (r *reader) scalar() (Value, error) {
	value, err := r.decoder.ReadValue()
	if err != nil {
		return Value{}, notJSON()
	}
	return r.known(value)
}

// known returns the value of a scalar of the template or its parameters.
func (r *reader) known(scalar jsontext.Value) (Value, error) {
	switch scalar.Kind() {
	case 'n':
		return Value{}, nil
	case '"':
		s, _ := cfn.Text(scalar)
		return r.textValue("the value", s)
	default:
		return r.textValue("the value", string(scalar))
	}
}

// plain evaluates the value of a template parameter or of a map's entry, which holds no functions: a
// scalar or a list of scalars.
func (r *reader) plain() (Value, error) {
	switch r.decoder.PeekKind() {
	case '{':
		return Value{}, &Error{"the value", "an object where a text or a list belongs"}
	case '[':
		return r.elements(func() (Value, error) {
			if kind := r.decoder.PeekKind(); kind == '{' || kind == '[' {
				return Value{}, &Error{"the value", "an object or a list within a list"}
			}
			return r.scalar()
		})
	default:
		return r.scalar()
	}
}

// textValue returns a text as a value, unless it is one that CloudFormation replaces later.
func (r *reader) textValue(function, s string) (Value, error) {
	switch {
	case len(s) > sizeLimit:
		return Value{}, tooLong(function)
	case strings.Contains(s, "{{resolve:"):
		return Value{}, &Error{"{{resolve:...}}", "only CloudFormation can look it up"}
	case strings.Contains(s, "{{IntrinsicFunction:"):
		return Value{}, &Error{"{{IntrinsicFunction:...}}", "an output of another resource, which a change set with nested stacks does not know yet; " +
			"pass it as a literal"}
	}
	if v, uses := r.usedVariable(s); uses {
		return Value{}, loopVariable(v)
	}
	return Value{kind: text, text: s}, nil
}

// usedVariable returns a loop variable that a text uses, as ${name} or &{name}, if it uses one. It reads the text once,
// however many loops there are.
func (r *reader) usedVariable(s string) (name string, uses bool) {
	if len(r.variables) == 0 {
		return "", false
	}
	for {
		before, behind, closed := strings.Cut(s, "}")
		if !closed {
			return "", false
		}
		opened := strings.LastIndexByte(before, '{')
		if opened > 0 && strings.IndexByte("$&", before[opened-1]) >= 0 && r.variables[before[opened+1:]] {
			return before[opened+1:], true
		}
		s = behind
	}
}

func loopVariable(v string) error {
	return &Error{named("the loop variable", v), "it differs from round to round; list AWS::LanguageExtensions before this macro"}
}

func tooLong(function string) error {
	return &Error{function, "longer than 16,384 bytes"}
}

func notJSON() error { return &Error{"the value", "not valid JSON"} }

// elements returns the list that comes next, each of whose elements is read by a function. Absent ones
// are left out.
func (r *reader) elements(read func() (Value, error)) (Value, error) {
	l := Value{kind: list}
	size := 0
	err := r.array(func(int) error {
		element, err := read()
		if err != nil || element.IsAbsent() {
			return err
		}
		s, isText := element.Text()
		if !isText {
			return &Error{"the value", "a list within a list"}
		}
		l.list = append(l.list, s)
		if size += len(s) + 1; size > sizeLimit {
			return tooLong("a list")
		}
		return nil
	})
	return l, err
}

// array reads the array that comes next. It calls visit with the index of each element; visit reads the
// element.
func (r *reader) array(visit func(index int) error) error {
	if _, err := r.decoder.ReadToken(); err != nil {
		return notJSON()
	}
	for i := 0; r.decoder.PeekKind() != ']'; i++ {
		if err := visit(i); err != nil {
			return err
		}
	}
	_, _ = r.decoder.ReadToken()
	return nil
}

// arguments reads the list of a function's arguments, at least and at most so many. It calls visit with
// the index of each; visit reads it.
func (r *reader) arguments(function, form string, least, most int, visit func(index int) error) error {
	if r.decoder.PeekKind() != '[' {
		return malformed(function, form)
	}
	count := 0
	err := r.array(func(index int) error {
		if count++; count > most {
			return malformed(function, form)
		}
		return visit(index)
	})
	if err == nil && count < least {
		err = malformed(function, form)
	}
	return err
}

// text evaluates an argument that must be a text.
func (r *reader) text(function string) (string, error) {
	v, err := r.value()
	if err != nil {
		return "", err
	}
	s, isText := v.Text()
	if !isText {
		return "", &Error{function, notTextual}
	}
	return s, nil
}

// literal reads an argument that must be a string.
func (r *reader) literal() (string, bool) {
	value, err := r.decoder.ReadValue()
	if err != nil {
		return "", false
	}
	return cfn.Text(value)
}

// skip reads a value that is of no interest.
func (r *reader) skip() error {
	if r.decoder.SkipValue() != nil {
		return notJSON()
	}
	return nil
}

// attempt runs an evaluation of the element of an array that comes next, and leaves the decoder behind
// the element even where the evaluation ends within it. Only the second error ends the whole.
func (r *reader) attempt(evaluate func() error) (fault, fatal error) {
	depth := r.decoder.StackDepth()
	_, before := r.decoder.StackIndex(depth)
	fault = evaluate()
	for r.decoder.StackDepth() > depth {
		if _, err := r.decoder.ReadToken(); err != nil {
			return fault, notJSON()
		}
	}
	if _, now := r.decoder.StackIndex(depth); now == before {
		fatal = r.skip()
	}
	return fault, fatal
}

// call reads an object with one member, and has the member's value evaluated.
func call[V any](r *reader, evaluate func(name string) (V, error)) (result V, err error) {
	notAFunction := &Error{"the value", "an object that is not one intrinsic function"}
	if _, err := r.decoder.ReadToken(); err != nil {
		return result, notJSON()
	}
	if r.decoder.PeekKind() != '"' {
		return result, notAFunction
	}
	name, _ := r.literal()
	if result, err = evaluate(name); err != nil {
		return result, err
	}
	if r.decoder.PeekKind() != '}' {
		return result, notAFunction
	}
	_, _ = r.decoder.ReadToken()
	return result, nil
}
