package check

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/findings"
)

// checkInline checks the templates that the template's StackSets have as text. They are deployed on their own, and
// no macro of this template sees them. Where they name no environment, it is that of this template.
func (c *checker) checkInline(ctx context.Context, t *checkedTemplate) (found []findings.Finding, err error) {
	for _, r := range t.fragment.OutOfSight {
		if r.Type != "AWS::CloudFormation::StackSet" {
			continue
		}
		body, isText := cfn.Text(t.property(r.LogicalID, "TemplateBody"))
		if !isText {
			continue
		}
		inline, err := readTemplate([]byte(body), c.ownMacro, c.macro)
		if err != nil {
			return nil, fmt.Errorf("the TemplateBody of %s: %w", cfn.ShortName(r.LogicalID), err)
		}
		inner := *c
		if inner.environment == "" {
			use, err := c.environmentOf(ctx, t, t.own.Parameters)
			if err != nil {
				return nil, err
			}
			options := *c.options
			options.environment = use.deployed.Name
			inner.options = &options
		}
		more, err := inner.check(ctx, inline)
		if err != nil {
			return nil, fmt.Errorf("the TemplateBody of %s: %w", cfn.ShortName(r.LogicalID), err)
		}
		for _, f := range more {
			f.Message = fmt.Sprintf("in the TemplateBody of %s: %s", cfn.ShortName(r.LogicalID), f.Message)
			found = append(found, t.locate(f, []string{r.LogicalID}))
		}
	}
	return found, nil
}

// property returns a property of a resource, if it has it literally.
func (t *checkedTemplate) property(logicalID, name string) jsontext.Value {
	value := jsontext.Value(t.section.Rest())
	for _, name := range []string{cfn.SectionResources, logicalID, cfn.AttributeProperties, name} {
		members, err := cfn.Members(value, "the template")
		if err != nil {
			return nil
		}
		value = members[name]
	}
	return value
}
