// Package expand runs the macro over a template as CloudFormation does: first the snippets that declare
// it by Fn::Transform, inner ones before outer ones, then the whole template, each without its
// declaration. A template that declares another transform is refused, since only AWS can run that.
package expand

import (
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// Run answers for the macro, given a fragment and the transform's parameters.
type Run func(fragment []byte, parameters map[string]jsontext.Value) ([]byte, error)

// Template returns a template, a JSON object, after the macro of a name; declared says whether it
// declares the macro. One that does not is treated as if its Transform section did.
func Template(template []byte, macro string, run Run) (output []byte, declared bool, err error) {
	output = template
	for {
		place, found, err := innermostSnippet(output)
		if err != nil {
			return nil, false, err
		}
		if !found {
			break
		}
		declared = true
		snippet, err := runAll(place.without(output), place.value.Of(output), macro, run)
		if err != nil {
			return nil, false, err
		}
		output = slices.Concat(output[:place.object.Start], snippet, output[place.object.End:])
	}

	whole, found, err := section(output)
	if err != nil {
		return nil, false, err
	}
	if !found && declared {
		return output, true, nil
	}
	if !found {
		output, err = run(output, nil)
		return output, false, err
	}
	output, err = runAll(whole.without(output), whole.value.Of(output), macro, run)
	return output, true, err
}

// runAll runs the transforms of one declaration in their order.
func runAll(fragment, declaration []byte, macro string, run Run) ([]byte, error) {
	transforms, err := readDeclaration(declaration)
	if err != nil {
		return nil, err
	}
	for _, t := range transforms {
		if t.Name != macro {
			return nil, fmt.Errorf("the template declares the transform %s, which only AWS can run; give the template that it makes "+
				"(aws cloudformation get-template --template-stage Processed shows that of a stack)", t.Name)
		}
		if fragment, err = run(fragment, t.Parameters); err != nil {
			return nil, err
		}
	}
	return fragment, nil
}
