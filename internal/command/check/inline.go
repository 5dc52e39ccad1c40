package check

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/findings"
	"amplify-boundary/internal/template"
)

// checkInline checks the templates that the template's StackSets have as text. They are deployed on their own, and
// no macro of this template sees them. Where they name no environment, it is that of this template.
func (c *checker) checkInline(ctx context.Context, t *checkedTemplate) (found []findings.Finding, err error) {
	inner, options := *c, *c.options
	inner.options = &options
	for _, id := range t.inOrder(names(t.fragment.OutOfSight)) {
		for _, body := range t.templateBodies(id) {
			if options.environment == "" {
				options.environment = c.environmentOf(ctx, t, t.own.Parameters).deployed.Name
			}
			name := "the TemplateBody of " + cfn.ShortName(id)
			var more []findings.Finding
			inline, err := readTemplate([]byte(body), c.ownMacro, c.macro)
			if err == nil {
				more, err = inner.check(ctx, inline)
				c.fail(inner.failure)
			}
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			for _, f := range more {
				f.Message = fmt.Sprintf("in %s: %s", name, f.Message)
				f.LogicalIDs, f.Line = []string{id}, t.lines.Of(id)
				found = append(found, f)
			}
		}
	}
	return found, nil
}

// templateBodies returns the templates that StackSets of a logical ID have as text.
func (t *checkedTemplate) templateBodies(logicalID string) (bodies []string) {
	for _, r := range t.resources[logicalID] {
		resource := membersOf(r)
		if typ, _ := cfn.Text(resource[cfn.AttributeType]); typ == "AWS::CloudFormation::StackSet" {
			bodies = append(bodies, texts(membersOf(resource[cfn.AttributeProperties])["TemplateBody"])...)
		}
	}
	return bodies
}

// variable matches a variable of Fn::Sub.
var variable = regexp.MustCompile(`\$\{[^!}][^}]*\}`)

// texts returns the texts that a value can be, as far as the template has them: those of both branches of Fn::If, the
// JSON of Fn::ToJsonString, and that of Fn::Sub with a word in place of each variable.
func texts(value jsontext.Value) []string {
	if text, isText := cfn.Text(value); isText {
		return []string{text}
	}
	function, argument, _ := cfn.Call(value)
	elements, isList := cfn.Elements(argument)
	switch {
	case function == cfn.FunctionIf && len(elements) == 3:
		return append(texts(elements[1]), texts(elements[2])...)
	case function == cfn.FunctionToJSON:
		return []string{string(argument)}
	case function == cfn.FunctionSub && isList && len(elements) > 0:
		argument = elements[0]
		fallthrough
	case function == cfn.FunctionSub:
		text, _ := cfn.Text(argument)
		text = strings.ReplaceAll(variable.ReplaceAllString(text, "variable"), "${!", "${")
		if template.Mentions([]byte(text)) { // otherwise a variable is the template
			return []string{text}
		}
	}
	return nil
}
