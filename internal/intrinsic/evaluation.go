package intrinsic

import (
	"errors"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/lazyregexp"
)

// number is a JSON number as the template spells it.
type number string

// decode reads a part of a template: nil, a bool, a string, a [number], a []any, or a map[string]any.
func decode(part jsontext.Value) (tree any) {
	if len(part) > partLimit {
		panic(longerThan("the value", partLimit))
	}
	numbers := json.UnmarshalFromFunc(func(d *jsontext.Decoder, to *any) error {
		if d.PeekKind() != '0' {
			return errors.ErrUnsupported
		}
		n, err := d.ReadValue()
		*to = number(n)
		return err
	})
	if json.Unmarshal(part, &tree, json.WithUnmarshalers(numbers)) != nil {
		panic(&Error{"the value", "not valid JSON"}) // the library's own error quotes it
	}
	return tree
}

// evaluation is one evaluation of a part of the template, with the conditions that it needs. Where a value is not known, its
// methods panic with an [*Error], which [try] returns.
type evaluation struct {
	*Evaluator
	variables map[string]bool // of the loops around the part
	literal   bool            // the part contains no functions: it is a template parameter's value, or an entry of a map
	depth     int
	budget    int    // what is left of it
	doubt     *Error // see [Value.Doubt]
}

func (r *evaluation) evaluate(part jsontext.Value) (Value, error) {
	return try(func() Value {
		v := r.value(decode(part))
		v.Doubt = r.doubt
		return v
	})
}

// spend takes evaluated parts, list elements, or bytes from the budget.
func (r *evaluation) spend(n int) {
	if r.budget -= n; r.budget < 0 {
		panic(errBudget)
	}
}

// descend goes one level deeper, and returns what goes back.
func (r *evaluation) descend() (ascend func()) {
	if r.depth == depth {
		panic(&Error{"the value", "nested more than 200 levels deep"})
	}
	r.depth++
	return func() { r.depth-- }
}

// value evaluates a decoded part of the template.
func (r *evaluation) value(tree any) Value {
	defer r.descend()()
	r.spend(1)
	switch tree := tree.(type) {
	case map[string]any:
		if r.literal {
			panic(&Error{"the value", "an object instead of a string or a list"})
		}
		return r.function(single(tree))
	case []any:
		return r.elements(tree)
	case string:
		return r.text("the value", tree)
	case number:
		r.doubtNumbers("the value", string(tree))
		return r.text("the value", string(tree))
	case bool:
		return r.text("the value", strconv.FormatBool(tree))
	default: // null
		return Value{}
	}
}

var errNoFunction = &Error{"the value", "an object that is not one intrinsic function"}

// single returns the only member of an object.
func single(object map[string]any) (name string, value any) {
	if len(object) != 1 {
		panic(errNoFunction)
	}
	for name, value = range object {
	}
	return name, value
}

// plainInteger matches numbers of which CloudFormation has only one spelling.
var plainInteger = lazyregexp.New(`^(0|-?[1-9][0-9]*)$`)

// doubtNumbers notes numbers that CloudFormation may spell in another way. The empty text is not a number.
func (r *evaluation) doubtNumbers(function string, spelled ...string) {
	for _, number := range spelled {
		if number != "" && !plainInteger().MatchString(number) {
			r.doubt = &Error{function, "a number that is not spelled as a plain integer; CloudFormation may spell it in another way"}
		}
	}
}

// text returns a text as a value, unless CloudFormation replaces parts of it later.
func (r *evaluation) text(function, s string) Value {
	switch variable, uses := r.usedVariable(s); {
	case len(s) > sizeLimit:
		r.tooLong(function)
	case uses:
		panic(loopVariable(variable))
	case strings.Contains(s, "{{resolve:"):
		panic(&Error{"{{resolve:...}}", "only CloudFormation can look it up"})
	case strings.Contains(s, "{{IntrinsicFunction:"):
		panic(&Error{"{{IntrinsicFunction:...}}", "an output of another resource, which a change set with nested stacks does not contain yet; pass it as a literal"})
	}
	r.spend(len(s))
	return Value{content: s}
}

// usedVariable returns a loop variable that a text uses, as ${name} or &{name}. It reads the text once, however many loops
// there are.
func (r *evaluation) usedVariable(s string) (name string, uses bool) {
	for len(r.variables) > 0 {
		before, after, closed := strings.Cut(s, "}")
		if !closed {
			break
		}
		opened := strings.LastIndexByte(before, '{')
		if opened > 0 && strings.IndexByte("$&", before[opened-1]) >= 0 && r.variables[before[opened+1:]] {
			return before[opened+1:], true
		}
		s = after
	}
	return "", false
}

func loopVariable(v string) *Error {
	return &Error{named("the loop variable", v), "it differs in each iteration; list AWS::LanguageExtensions before this macro"}
}

// elements evaluates each element of a list. Absent ones are left out.
func (r *evaluation) elements(trees []any) Value {
	list, size := []string{}, 0
	for _, tree := range trees {
		element := r.value(tree)
		if element.IsAbsent() {
			continue
		}
		s, isText := element.Text()
		if !isText {
			panic(&Error{"the value", "a list within a list"})
		}
		list = append(list, s)
		if size += len(s) + 1; size > sizeLimit {
			r.tooLong("a list")
		}
	}
	r.spend(len(trees))
	return Value{content: list}
}
