// Package expand runs the macro over a template as CloudFormation does: first the snippets that declare
// it by Fn::Transform, inner ones before outer ones, then the whole template, each without its
// declaration. A template that declares another transform is refused, since only AWS can run that.
package expand

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/declare"
)

// Run answers for the macro, given a fragment and the transform's parameters.
type Run func(fragment []byte, parameters map[string]jsontext.Value) ([]byte, error)

// Template returns a template, a JSON object, after the macro of a name; declared says whether it declares the macro. One that does not
// is treated as if its Transform section did. What the macro answers is not searched for declarations: CloudFormation refuses macros
// that declare others.
func Template(template []byte, macro string, run Run) (output []byte, declared bool, err error) {
	output, declared, err = snippets(template, macro, run)
	if err != nil {
		return nil, false, err
	}
	whole, found, err := section(output)
	switch {
	case err != nil:
		return nil, false, err
	case found:
		rest, err := whole.without(output, nil)
		if err != nil {
			return nil, false, err
		}
		output, err = runAll(rest, whole.value.Of(output), macro, run)
		return output, true, err
	case declared:
		return output, true, nil
	}
	output, err = run(output, nil)
	return output, false, err
}

// snippets returns a template with its snippets run.
func snippets(template []byte, macro string, run Run) (output []byte, found bool, err error) {
	var done []cfn.Edit // the answers, in the order of the template; an outer one takes the place of those inside
	err = readSnippets(template, func(d declaration, _ jsontext.Pointer) error {
		inside := len(done)
		for inside > 0 && done[inside-1].At.Start > d.object.Start {
			inside--
		}
		fragment, err := d.without(template, done[inside:])
		if err != nil {
			return err
		}
		answer, err := runAll(fragment, d.value.Of(template), macro, run)
		done = append(done[:inside], cfn.Edit{At: d.object, Text: answer})
		return err
	})
	if err != nil {
		return nil, false, err
	}
	if len(done) == 0 {
		return template, false, nil
	}
	output, err = cfn.Apply(template, done)
	return output, true, err
}

// runAll runs the transforms of one declaration in their order.
func runAll(fragment, declaration []byte, macro string, run Run) ([]byte, error) {
	transforms, err := readDeclaration(declaration)
	if err != nil {
		return nil, err
	}
	for _, t := range transforms {
		if !declare.IsMacro(t.Name, macro) {
			return nil, fmt.Errorf("the template declares the transform %s, which only AWS can run; give the template that it makes "+
				"(aws cloudformation get-template --template-stage Processed shows that of a stack)", t.Name)
		}
		if fragment, err = run(fragment, t.Parameters); err != nil {
			return nil, err
		}
	}
	return fragment, nil
}
