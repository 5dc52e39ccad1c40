package check

import (
	"cmp"
	"context"
	"reflect"
	"slices"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/findings"
	"amplify-boundary/transform"
)

// check asks the questions about a template, and reports the first that finds something. In an environment
// without a boundary, the macro accepts every template, and no role needs one.
func (c *checker) check(ctx context.Context, t *checkedTemplate) ([]findings.Finding, error) {
	found := c.warnings(t)
	inline, err := c.checkInline(ctx, t)
	if err != nil {
		return nil, err
	}
	found = append(found, inline...)
	if t.boundBy == nil && t.state == declare.Absent {
		more, err := c.checkUndeclared(ctx, t)
		return append(found, more...), err
	}
	declaring := cmp.Or(t.boundBy, t)
	use := c.environmentOf(ctx, declaring, declaring.own.Parameters)
	if t.boundBy != nil {
		if !use.boundary.Value.IsNone() {
			found = append(found, use.within(c.refused(t, faults(t.fragment, t.section.Transforms())))...)
		}
		return found, nil
	}
	of := c.checkEnvironment(ctx, t, use)
	if use.boundary.Value.IsNone() {
		return append(found, of...), nil
	}
	if refused := c.checkDeclaration(t); len(refused) > 0 {
		return append(found, use.within(refused)...), nil
	}
	found = append(found, of...)
	if c.strict {
		roles, err := c.checkRoles(t, use, t.fragment)
		return append(found, roles...), err
	}
	return found, nil
}

// warnings are about what does not change the answer.
func (c *checker) warnings(t *checkedTemplate) (found []findings.Finding) {
	for _, r := range t.document.Repeated() {
		found = append(found, atLine(ruleDuplicate, findings.Warning, r.Line,
			"%s appears twice in one map, on lines %d and %d; CloudFormation uses the last one", cfn.ShortName(r.Name), r.Ignored, r.Line))
	}
	if len(t.snippets) > 0 {
		path := append(slices.Collect(t.snippets[0].Path.Tokens()), cfn.FunctionTransform)
		found = append(found, atLine(ruleSnippet, findings.Warning, t.document.Line(path...),
			"%s is declared by Fn::Transform, which bounds only its own part of the template; declare it last in the Transform section", c.macro))
	}
	if hidden := names(t.fragment.OutOfSight); len(hidden) > 0 {
		found = append(found, t.atResources(ruleOutOfSight, findings.Warning, hidden,
			"%s can create roles that no macro can see; make sure that these roles get their boundary", shortNames(hidden)))
	}
	return found
}

// checkDeclaration asks whether the macro is declared last, and whether it would refuse the template. If it is declared
// twice, it runs twice: then the first run must accept the template, and both must have the same parameters.
func (c *checker) checkDeclaration(t *checkedTemplate) []findings.Finding {
	all := t.section.Transforms()
	var indexes []int // of the macro
	for i := range all {
		if isMacro(c.ownMacro)(all[i]) {
			indexes = append(indexes, i)
		}
	}
	last := indexes[len(indexes)-1]
	if t.state == declare.NotLast {
		var after []string
		for _, other := range all[last+1:] {
			after = append(after, other.Name)
		}
		return []findings.Finding{t.atSection(ruleNotLast, findings.Error, "%s is listed before %s; list it last", c.macro, shortNames(after))}
	}
	if slices.ContainsFunc(indexes, func(i int) bool { return !reflect.DeepEqual(all[i].Parameters, all[last].Parameters) }) {
		return []findings.Finding{t.atSection(ruleTwice, findings.Error,
			"%s is declared twice, and the declarations contradict each other; declare it once, last", c.macro)}
	}
	return c.refused(t, faults(t.fragment, all[:indexes[0]]))
}

// refused makes a finding of each kind of fault.
func (c *checker) refused(t *checkedTemplate, faults []transform.Fault) (found []findings.Finding) {
	for _, group := range grouped(faults, func(f transform.Fault) transform.Problem { return f.Problem }) {
		var ids []string
		for _, f := range group {
			ids = append(ids, f.LogicalID)
		}
		found = append(found, t.atResources(ruleRefused, findings.Error, ids, "%s", transform.FaultsMessage(c.macro, group)))
	}
	return found
}
