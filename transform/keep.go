package transform

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/boundary"
	"amplify-boundary/internal/cfn"
)

// outcome says what becomes of an alternative of an existing boundary.
type outcome int

const (
	doubtful outcome = iota // it could turn out to be absent or not to be a policy's ARN
	kept
	vacated // it is absent, and gets the environment's boundary
)

// keepRule decides which boundaries stay under [Keep]. It evaluates nothing: a boundary stays only if it is certain to
// be there in every deployment.
type keepRule struct {
	fragment   *Fragment
	logicalIDs map[string]struct{} // nil until one is looked up
}

// outcome decides on an alternative that is neither absent nor the environment's boundary.
func (k *keepRule) outcome(a alternative) outcome {
	value := jsontext.Value(a.at.Of(k.fragment.source))
	if a.kind == literal {
		text, _ := cfn.Text(value)
		return keptIf(isPolicyARN(text) || strings.Contains(text, "{{resolve:"))
	}
	function, argument, _ := cfn.Call(value)
	switch function {
	case cfn.FunctionGetAtt, cfn.FunctionImportValue, cfn.FunctionGetStackOutput:
		return kept
	case cfn.FunctionSub, cfn.FunctionJoin:
		return keptIf(hasLiteralText(function, argument))
	case cfn.FunctionRef:
		name, _ := cfn.Text(argument)
		return k.reference(name)
	default:
		return doubtful
	}
}

func keptIf(certain bool) outcome {
	if certain {
		return kept
	}
	return doubtful
}

// reference decides on a Ref.
func (k *keepRule) reference(name string) outcome {
	f := k.fragment
	if _, isVariable := f.loopVariables[name]; isVariable || hasVariable(name) {
		return doubtful
	}
	value, isParameter := f.Options.ParameterValues[name]
	if !isParameter {
		return keptIf(k.isResource(name))
	}
	text, isString := cfn.Text(value)
	if isString && text == "" {
		return vacated
	}
	return keptIf(isPolicyARN(text))
}

// isResource reports whether a name that is not a parameter's is that of a resource. A snippet that is one resource or
// its properties does not show the template's other resources.
func (k *keepRule) isResource(name string) bool {
	f := k.fragment
	if name == "" || strings.Contains(name, "::") { // a pseudo parameter, or a loop
		return false
	}
	if f.Shape != ShapeTemplate && f.Shape != ShapeResources {
		return true
	}
	if k.logicalIDs == nil {
		resources, _ := cfn.ReadObjectAt(f.source, f.resources, fragmentName) // valid, because it has been read before
		k.logicalIDs = make(map[string]struct{}, len(resources.Members))
		for _, m := range resources.Members {
			k.logicalIDs[m.Name] = struct{}{}
		}
	}
	_, found := k.logicalIDs[name]
	return found
}

// hasLiteralText reports whether the argument of Fn::Sub or Fn::Join has literal text in it, so that the result cannot
// be empty.
func hasLiteralText(function string, argument jsontext.Value) bool {
	if text, isString := cfn.Text(argument); isString {
		return function == cfn.FunctionSub && hasLiteral(text)
	}
	elements, isArray := cfn.Elements(argument)
	if !isArray {
		return false
	}
	var texts []jsontext.Value
	switch {
	case function == cfn.FunctionSub && len(elements) == 2:
		texts = elements[:1]
	case function == cfn.FunctionJoin && len(elements) == 2:
		texts, _ = cfn.Elements(elements[1])
	}
	for _, value := range texts {
		if text, isString := cfn.Text(value); isString && hasLiteral(text) {
			return true
		}
	}
	return false
}

// hasLiteral reports whether a string contains anything except white space, references of Fn::Sub, and loop variables.
// "${!Name}" is the literal text "${Name}".
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

func isPolicyARN(text string) bool {
	value, err := boundary.Parse(text)
	return err == nil && !value.IsNone() && value.String() == text && !strings.Contains(text, "${")
}
