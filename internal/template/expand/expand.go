// Package expand runs the macro over a template as CloudFormation does: first the snippets that declare it by Fn::Transform,
// inner ones before outer ones, then the whole template, each without its declaration. A template that declares another
// transform is refused, since only AWS can run that.
package expand

import (
	"fmt"
	"slices"

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
	snippets, err := Snippets(template)
	if err != nil {
		return nil, false, err
	}
	if output, err = RunSnippets(template, snippets, macro, run); err != nil {
		return nil, false, err
	}
	whole, err := cfn.ReadObject(output, "the template")
	if err != nil {
		return nil, false, err
	}
	section, found := whole.Find(cfn.SectionTransform)
	if !found && len(snippets) > 0 {
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
	output, err = Snippet{Transforms: transforms, template: output, object: whole.At, member: section.At}.run(nil, macro, run)
	return output, true, err
}

// RunSnippets returns a template after the macro of a name has run over its snippets, which are all that [Snippets] lists.
func RunSnippets(template []byte, snippets []Snippet, macro string, run Run) ([]byte, error) {
	var done []cfn.Edit // the answers, in the order of the template; an outer one replaces those inside
	for _, s := range snippets {
		inside := len(done)
		for inside > 0 && done[inside-1].At.Start > s.object.Start {
			inside--
		}
		answer, err := s.run(done[inside:], macro, run)
		if err != nil {
			return nil, err
		}
		done = append(done[:inside], cfn.Edit{At: s.object, Text: answer})
	}
	return cfn.Apply(template, done)
}

// run runs the transforms of a declaration in their order, over its object without the declaration and with edits, which are
// before it or after it.
func (s Snippet) run(edits []cfn.Edit, macro string, run Run) ([]byte, error) {
	edits = append(slices.Clip(edits), cfn.Cut(s.template, s.object, s.member))
	for i := range edits {
		edits[i].At.Start -= s.object.Start
		edits[i].At.End -= s.object.Start
	}
	fragment, err := cfn.Apply(s.object.Of(s.template), edits)
	if err != nil {
		return nil, err
	}
	for _, t := range s.Transforms {
		if !declare.IsMacro(t.Name, macro) {
			return nil, fmt.Errorf("the template declares the transform %s, which only AWS can run; give the processed template instead "+
				"(of a stack: aws cloudformation get-template --template-stage Processed)", t.Name)
		}
		if fragment, err = run(fragment, t.Parameters); err != nil {
			return nil, err
		}
	}
	return fragment, nil
}
