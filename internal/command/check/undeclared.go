package check

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/findings"
	"amplify-boundary/internal/template/expand"
	"amplify-boundary/transform"
)

// checkUndeclared asks which roles lack the boundary literally, and what can add roles, in a template whose
// Transform section does not declare the macro.
func (c *checker) checkUndeclared(ctx context.Context, t *checkedTemplate) ([]findings.Finding, error) {
	if len(t.snippets) == 0 && len(t.others) == 0 && t.fragment.NothingToBound() {
		return nil, nil
	}
	var parameters map[string]jsontext.Value // of the first declaration of the macro by Fn::Transform
	if len(t.snippets) > 0 {
		transforms := t.snippets[0].Transforms
		parameters = transforms[slices.IndexFunc(transforms, isMacro(c.ownMacro))].Parameters
	}
	use := c.environmentOf(ctx, t, parameters)
	if use.boundary.Value.IsNone() {
		return nil, nil
	}
	var found []findings.Finding
	if len(t.snippets) > 0 {
		found = c.checkEnvironment(ctx, t, use)
	}
	fragment, err := c.afterSnippets(t, parameters, use.arn())
	if err != nil {
		return append(found, t.atSection(ruleDeclaration, findings.Error, "%s is declared by Fn::Transform where it refuses what it gets: %v", c.macro, err)), nil
	}
	more, err := c.checkRoles(t, use, fragment)
	if len(more) > 0 {
		return append(found, use.within(more)...), nil
	}
	// The macro does not come last: what can add roles to the template?
	var ids []string
	for _, f := range fragment.Faults() {
		if isResolved(f.Problem, t.section.Transforms()) {
			ids = append(ids, f.LogicalID)
		}
	}
	ids = t.inOrder(ids)
	if len(t.others) > 0 {
		more = append(more, t.atSection(ruleOther, findings.Error, "%s can add roles without a boundary; declare %s last", shortNames(t.others), c.macro))
	} else if len(ids) > 0 {
		more = append(more, t.atResources(ruleOther, findings.Error, ids, "roles without a boundary can come from %s; declare %s last", shortNames(ids), c.macro))
	}
	more = append(more, c.refused(t, faults(fragment, t.section.Transforms()))...)
	return append(found, use.within(more)...), err
}

// afterSnippets returns the template after the macro ran over the parts that declare it by Fn::Transform. The
// error is the macro's refusal. Parts that name another environment, or declare other transforms too, stay
// as they are: then their roles lack the boundary.
func (c *checker) afterSnippets(t *checkedTemplate, parameters map[string]jsontext.Value, arn string) (*transform.Fragment, error) {
	if len(t.snippets) == 0 || c.strict {
		return t.fragment, nil
	}
	var refusal error
	after, err := expand.RunSnippets(t.section.Rest(), t.parts, c.ownMacro, func(part []byte, own map[string]jsontext.Value) ([]byte, error) {
		parsed, err := transform.Parse(part, transform.Options{Macro: c.macro})
		if err == nil && reflect.DeepEqual(own, parameters) {
			var bounded *transform.Result
			if bounded, err = parsed.Bound(arn); err == nil {
				return bounded.Fragment.Join(), nil
			}
		}
		refusal = err
		return part, err
	})
	switch {
	case refusal != nil:
		return nil, refusal
	case err != nil:
		return t.fragment, nil
	default:
		return transform.Parse(after, transform.Options{Macro: c.macro})
	}
}

// checkRoles asks which roles of a fragment lack the boundary literally.
func (c *checker) checkRoles(t *checkedTemplate, use usedEnvironment, fragment *transform.Fragment) ([]findings.Finding, error) {
	ids := names(fragment.RolesWithout(use.arn()))
	ids = slices.DeleteFunc(ids, func(id string) bool { return t.isPortable(id, use.boundary.portable) })
	for _, f := range fragment.Faults() {
		if f.Type == cfn.TypeRole && f.Problem == transform.LeftoverTransform {
			ids = append(ids, f.LogicalID) // CloudFormation has yet to complete it
		}
	}
	switch {
	case len(ids) == 0:
		return nil, nil
	case use.deployedErr != nil:
		return nil, fmt.Errorf("%w%s; or give --environment", use.deployedErr, c.proposal(t))
	case use.boundary.err != nil:
		return nil, use.boundary.err
	case use.boundary.unresolved != nil:
		c.fail(use.boundary.unresolved) // the command line lacks something
		return nil, nil
	}
	advice := "declare " + c.macro + " last" + c.proposal(t)
	if c.strict {
		advice = "write it into the template"
	}
	ids = t.inOrder(ids)
	f := t.atResources(ruleRole, findings.Error, ids, "%s would be deployed without %s, the boundary of environment %s: %s; %s",
		command.Counted(len(ids), "role"), use.boundary.arn, use.deployed.Name, shortNames(ids), advice)
	return use.within([]findings.Finding{f}), nil
}

// isPortable reports whether the roles of a logical ID carry their boundary as transform --portable writes it.
func (t *checkedTemplate) isPortable(logicalID, text string) bool {
	return !slices.ContainsFunc(t.resources[logicalID], func(role jsontext.Value) bool {
		function, argument, _ := cfn.Call(membersOf(membersOf(role)[cfn.AttributeProperties])[cfn.PropertyBoundary])
		carried, _ := cfn.Text(argument)
		return function != cfn.FunctionSub || carried != text
	})
}

// proposal proposes the template's own parameter for the environment, if it has one by its name and names no
// environment otherwise.
func (c *checker) proposal(t *checkedTemplate) string {
	parameter := t.section.ProposedParameter(c.ownMacro)
	if parameter == "" {
		return ""
	}
	return fmt.Sprintf(" with Environment: !Ref %s (amplify-boundary declare --environment-parameter %s)", parameter, parameter)
}

// shortNames lists names in a message: the first, and how many follow.
func shortNames(list []string) string {
	const shown = 3
	short := make([]string, 0, len(list))
	for _, name := range list {
		short = append(short, cfn.ShortName(name))
	}
	return cfn.JoinNames(short, shown)
}
