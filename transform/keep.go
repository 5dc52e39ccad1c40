package transform

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/intrinsic"
)

// verdict says what becomes of a boundary's alternative under [Keep].
type verdict int

const (
	doubtful verdict = iota // it may turn out absent, or to be no policy's ARN
	isKept
	isAbsent
)

// keeper judges what roles have as a boundary: what is kept must be there on every deployment.
type keeper struct {
	fragment  *Fragment
	decoder   *jsontext.Decoder
	evaluator *intrinsic.Evaluator
	resources map[string]struct{} // logical IDs; nil until one is looked for
}

func newKeeper(f *Fragment, decoder *jsontext.Decoder) *keeper {
	return &keeper{fragment: f, decoder: decoder, evaluator: intrinsic.New(intrinsic.Context{
		ParameterValues: f.options.ParameterValues,
		Parameters:      f.parameters.Of(f.source),
		Mappings:        f.mappings.Of(f.source),
		Conditions:      f.conditions.Of(f.source),
		Region:          f.options.Region,
		AccountID:       f.options.AccountID,
	})}
}

// judge judges an alternative that is neither absent nor the environment's boundary.
func (k *keeper) judge(a alternative, inLoop bool) verdict {
	if a.kind == literal {
		if isPolicyARN(a.text) || strings.Contains(a.text, "{{resolve:") {
			return isKept
		}
		return doubtful
	}
	function, argument := k.call(a.at)
	switch function {
	case "":
		return doubtful
	case "Fn::GetAtt", "Fn::ImportValue":
		return isKept
	case "Fn::Sub", "Fn::Join":
		if k.hasText(function, argument) {
			return isKept
		}
	case "Ref":
		to, _ := cfn.Text(argument.Of(k.fragment.source))
		if _, isVariable := k.fragment.loopVariables[to]; inLoop && isVariable || hasVariable([]byte(to)) {
			return doubtful
		}
		if k.isResource(to) {
			return isKept
		}
		inLoop = false // it is a parameter or nothing, in a loop too
	}
	if inLoop { // the loop's variable may stand in any text
		return doubtful
	}
	return k.evaluate(a.at)
}

// call returns the function and the place of its argument, where a value is a call and nothing else.
func (k *keeper) call(at span) (function string, argument span) {
	s := within(k.decoder, k.fragment.source, at)
	if s.peek() != '{' {
		return "", span{}
	}
	members := 0
	_, err := s.object(func(m member) (err error) {
		members++
		function = string(m.name)
		argument, err = s.value()
		return err
	})
	if err != nil || members != 1 {
		return "", span{}
	}
	return function, argument
}

// evaluate judges a value by what it is with the values of the template's parameters.
func (k *keeper) evaluate(at span) verdict {
	value, err := k.evaluator.Evaluate(at.Of(k.fragment.source))
	text, isText := value.Text()
	switch {
	case err != nil:
		return doubtful
	case value.IsAbsent(), isText && text == "":
		return isAbsent
	case isText && isPolicyARN(text):
		return isKept
	default:
		return doubtful
	}
}

// hasText reports whether the argument of Fn::Sub or Fn::Join has literal text in it, so that its value
// cannot be empty.
func (k *keeper) hasText(function string, argument span) bool {
	source := k.fragment.source
	if text, isText := cfn.Text(argument.Of(source)); isText {
		return function == "Fn::Sub" && hasLiteral(text)
	}
	s := within(k.decoder, source, argument)
	if s.peek() != '[' {
		return false
	}
	has := false
	note := func() error {
		value, err := s.value()
		if text, isText := cfn.Text(value.Of(source)); err == nil && isText {
			has = has || hasLiteral(text)
		}
		return err
	}
	err := s.array(func(index int) error {
		switch {
		case function == "Fn::Sub" && index == 0:
			return note()
		case function == "Fn::Join" && index == 1 && s.peek() == '[':
			return s.array(func(int) error { return note() })
		default:
			return s.skip()
		}
	})
	return err == nil && has
}

// hasLiteral reports whether a text has something in it beside white space, references of Fn::Sub and
// variables of loops. "${!Name}" is the text "${Name}".
func hasLiteral(text string) bool {
	for text != "" {
		start := strings.IndexAny(text, "$&")
		if start < 0 {
			break
		}
		if strings.TrimSpace(text[:start]) != "" {
			return true
		}
		reference := text[start+1:]
		end := strings.IndexByte(reference, '}')
		if !strings.HasPrefix(reference, "{") || strings.HasPrefix(reference, "{!") || end < 0 {
			return true
		}
		text = reference[end+1:]
	}
	return strings.TrimSpace(text) != ""
}

// isResource reports whether a name is that of a resource. In a snippet that is one resource or its
// properties, whose template cannot be seen, it is one where it is no parameter.
func (k *keeper) isResource(name string) bool {
	f := k.fragment
	if _, isParameter := f.options.ParameterValues[name]; isParameter || name == "" || strings.HasPrefix(name, "AWS::") {
		return false
	}
	if f.Shape != ShapeTemplate && f.Shape != ShapeResources {
		return true
	}
	if k.resources == nil {
		k.resources = f.logicalIDs(k.decoder)
	}
	_, found := k.resources[name]
	return found
}

// logicalIDs lists the names in the fragment's map of resources, bodies of loops aside.
func (f *Fragment) logicalIDs(decoder *jsontext.Decoder) map[string]struct{} {
	ids := make(map[string]struct{})
	s := within(decoder, f.source, f.resources)
	if _, err := s.object(func(m member) error {
		ids[string(m.name)] = struct{}{}
		return s.skip()
	}); err != nil {
		panic(err) // the source changed since it was read
	}
	return ids
}

func isPolicyARN(text string) bool {
	value, err := boundary.Parse(text)
	return err == nil && !value.IsNone() && value.String() == text && !strings.Contains(text, "${")
}
