// Package expand runs the macro over a template as CloudFormation does: first the snippets that declare it by Fn::Transform,
// inner ones before outer ones, then the whole template, each without its declaration. A template that declares another
// transform is refused, since only AWS can run that.
package expand

import (
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/declare"
)

// Run is the macro: it returns the fragment that it is given, transformed, under the transform's parameters.
type Run func(fragment []byte, parameters map[string]jsontext.Value) ([]byte, error)

// Template returns a template, a JSON object, after the macro of a name; declared says whether it declares the macro. One that
// does not is treated as if its Transform section did. The answers of the macro are not searched for declarations:
// CloudFormation refuses macros that declare others.
func Template(template []byte, macro string, run Run) (output []byte, declared bool, err error) {
	r := runner{macro, run}
	output, declared, err = r.snippets(template)
	if err != nil {
		return nil, false, err
	}
	whole, err := cfn.ReadObject(output, "the template")
	if err != nil {
		return nil, false, err
	}
	section, found := whole.Find(cfn.SectionTransform)
	if !found && declared {
		return output, true, nil
	}
	if !found {
		output, err = run(output, nil)
		return output, false, err
	}
	transforms, err := declare.Transforms(section.Value.Of(output))
	if err != nil {
		return nil, false, err
	}
	output, err = r.all(Snippet{Transforms: transforms, template: output, object: whole.At, member: section.At}, nil)
	return output, true, err
}

type runner struct {
	macro string
	run   Run
}

// snippets returns a template with its snippets run.
func (r runner) snippets(template []byte) (output []byte, found bool, err error) {
	snippets, err := Snippets(template)
	if err != nil {
		return nil, false, err
	}
	var done []cfn.Edit // the answers, in the order of the template; an outer one replaces those inside
	for _, s := range snippets {
		inside := len(done)
		for inside > 0 && done[inside-1].At.Start > s.object.Start {
			inside--
		}
		answer, err := r.all(s, done[inside:])
		if err != nil {
			return nil, false, err
		}
		done = append(done[:inside], cfn.Edit{At: s.object, Text: answer})
	}
	output, err = cfn.Apply(template, done)
	return output, len(snippets) > 0, err
}

// all runs the transforms of one declaration in their order, over its object with edits.
func (r runner) all(s Snippet, edits []cfn.Edit) ([]byte, error) {
	fragment, err := s.fragment(edits)
	if err != nil {
		return nil, err
	}
	for _, t := range s.Transforms {
		if !declare.IsMacro(t.Name, r.macro) {
			return nil, fmt.Errorf("the template declares the transform %s, which only AWS can run; give the processed template instead "+
				"(of a stack: aws cloudformation get-template --template-stage Processed)", t.Name)
		}
		if fragment, err = r.run(fragment, t.Parameters); err != nil {
			return nil, err
		}
	}
	return fragment, nil
}
