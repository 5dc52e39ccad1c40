package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/files"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/findings"
	"amplify-boundary/internal/intrinsic"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/shell"
)

// addNested adds the templates of nested stacks to the set.
func (t *checkedTemplate) addNested(set *files.Set) {
	t.stacks = t.file.NestedStacks(t.fragment.Stacks(), intrinsic.Context{ParameterValues: t.values})
	for _, stack := range t.stacks {
		if stack.Err == nil {
			set.Add(t.file.Nested(stack.Template))
		}
	}
}

// child is a nested stack whose template is checked too.
type child struct {
	logicalID string
	*checkedTemplate
}

// link finds the templates of nested stacks among those that are checked.
func link(templates []*checkedTemplate) {
	byFile := make(map[string]*checkedTemplate)
	for _, t := range templates {
		byFile[t.file.Key()] = t
	}
	for _, t := range templates {
		for _, stack := range t.stacks {
			if found := byFile[t.file.Nested(stack.Template).Key()]; stack.Err == nil && found != nil {
				t.children = append(t.children, child{stack.LogicalID, found})
			}
		}
	}
}

// markBound marks the templates that the macro with NESTED_STACKS=bound declares itself in: those of the nested
// stacks of a template that declares it, and theirs.
func markBound(templates []*checkedTemplate) {
	queue := slices.DeleteFunc(slices.Clone(templates), func(t *checkedTemplate) bool { return t.state != declare.Last })
	for ; len(queue) > 0; queue = queue[1:] {
		parent := queue[0]
		for _, child := range parent.children {
			if child.state == declare.Absent && child.boundBy == nil {
				child.boundBy = cmp.Or(parent.boundBy, parent)
				queue = append(queue, child.checkedTemplate)
			}
		}
	}
}

// nestedFindings reports the templates of nested stacks that were not checked, and, with NESTED_STACKS=require,
// those that do not declare the macro. A function that requires or adds declarations reads the templates itself.
func (c *checker) nestedFindings(t *checkedTemplate, set *files.Set) []findings.Finding {
	isProcessed := t.state == declare.Last || t.boundBy != nil
	switch {
	case !isProcessed || c.nestedStacks == string(nested.Ignore):
		return c.unreadNested(t, set)
	case c.nestedStacks == string(nested.Require):
		return c.undeclaredNested(t)
	default:
		return nil
	}
}

func (c *checker) unreadNested(t *checkedTemplate, set *files.Set) (found []findings.Finding) {
	unread := make(map[error][]string)
	var reasons []error
	for _, stack := range t.stacks {
		if stack.Err == nil || errors.Is(stack.Err, nested.ErrOutside) && set.Has(t.file.Nested(stack.Template)) {
			continue
		}
		if unread[stack.Err] == nil {
			reasons = append(reasons, stack.Err)
		}
		unread[stack.Err] = append(unread[stack.Err], stack.LogicalID)
	}
	for _, reason := range reasons {
		ids := unread[reason]
		found = append(found, t.locate(findings.Finding{Rule: ruleNested, Severity: findings.Warning,
			Message: fmt.Sprintf("the template of %s was not checked: %s: %v; check it where it is, or let the function process it with its setting NESTED_STACKS",
				command.Counted(len(ids), "nested stack"), shortNames(ids), reason)}, ids))
	}
	return found
}

func (c *checker) undeclaredNested(t *checkedTemplate) (found []findings.Finding) {
	for _, child := range t.children {
		if child.state == declare.Last {
			continue
		}
		found = append(found, t.locate(findings.Finding{Rule: ruleNested, Severity: findings.Error,
			Message: fmt.Sprintf("the template of %s does not declare %s last, so the function with NESTED_STACKS=require refuses the stack; declare it with: amplify-boundary declare %s",
				child.logicalID, c.macro, shell.Quote(child.file.Path))}, []string{child.logicalID}))
	}
	return found
}

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
