package check

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/findings"
	"amplify-boundary/internal/template/expand"
	"amplify-boundary/transform"
)

// resourceCheck is a check of a template's resources.
type resourceCheck struct {
	checker
	checkedTemplate
	bounded map[string]bool // the resources that the macro's own snippets bound

	refused    []transform.Fault    // the macro would refuse these
	unseen     []transform.Resource // the macro would see these only if it came last
	unfinished []transform.Resource // roles that other transforms have yet to complete
	tooEarly   bool                 // the macro comes before a transform that it needs

	misplaced    []transform.Resource // these have a snippet of the macro where it cannot bound a role
	misplacedErr error                // why not, of the last of them
	wholeErr     error                // why the macro refuses what it gets from a snippet in Resources, or around it
}

// newResourceCheck sorts the roles and the faults of a template by what becomes of them.
func newResourceCheck(c checker, t checkedTemplate) *resourceCheck {
	r := &resourceCheck{checker: c, checkedTemplate: t, bounded: t.declared.bounded()}
	before := t.declared.all
	if t.declared.macroIndex >= 0 {
		before = before[:t.declared.macroIndex]
	}
	for _, f := range t.faults {
		switch {
		case f.Problem == transform.LeftoverTransform:
			if f.Type == roleType && !r.isBounded(f.Resource) {
				r.unfinished = append(r.unfinished, f.Resource)
			}
		case !resolves(t.declared.all, f.Problem):
			r.refused = append(r.refused, f)
		case t.declared.macroIndex < 0:
			r.unseen = append(r.unseen, f.Resource)
		case !resolves(before, f.Problem):
			r.tooEarly = true
		}
	}
	r.refusedInParts()
	for _, snippet := range t.declared.wholes {
		if !slices.ContainsFunc(snippet.Transforms, t.declared.isMacro) {
			continue
		}
		if _, err := parseSnippet(snippet, r.Macro); err != nil {
			r.wholeErr = err
		}
	}
	return r
}

// isBounded reports whether the macro's own snippet bounds a resource, and that counts.
func (r *resourceCheck) isBounded(resource transform.Resource) bool {
	return !r.strict && r.bounded[resource.LogicalID]
}

// refusedInParts notes what the macro refuses of what it gets from snippets in parts of the template.
func (r *resourceCheck) refusedInParts() {
	known := make(map[transform.Fault]bool)
	for _, f := range r.refused {
		known[f] = true
	}
	for _, p := range r.declared.parts {
		isOwn := slices.ContainsFunc(p.Transforms, r.declared.isMacro)
		if !isOwn || p.at == elsewhere || p.at == theBoundary || p.at == inBoundary {
			continue
		}
		fragment, err := parseSnippet(p.Snippet, r.Macro)
		if err != nil {
			r.misplaced, r.misplacedErr = append(r.misplaced, transform.Resource{LogicalID: p.logicalID}), err
			continue
		}
		for _, f := range fragment.Faults() {
			if p.at != loopBody {
				f.LogicalID = p.logicalID
			}
			if !resolves(nil, f.Problem) && !known[f] {
				known[f] = true
				r.refused = append(r.refused, f)
			}
		}
	}
}

// isEmpty reports whether nothing in the template could be a finding, in any environment.
func (r *resourceCheck) isEmpty() bool {
	return !r.mustCarry() && len(r.refused) == 0 && len(r.unseen) == 0 && len(r.misplaced) == 0 && r.wholeErr == nil &&
		len(r.others()) == 0 && len(r.afterMacro()) == 0 && len(r.declared.ofMacro()) < 2
}

// mustCarry reports whether there are roles that must carry their boundary as they stand.
func (r *resourceCheck) mustCarry() bool {
	return len(r.rolesThatMustCarry("")) > 0 || len(r.unfinished) > 0 && (r.strict || r.declared.macroIndex < 0)
}

// rolesThatMustCarry lists the roles that must carry their boundary as they stand, and do not carry arn.
func (r *resourceCheck) rolesThatMustCarry(arn string) []transform.Resource {
	if !r.strict && r.declared.macroIndex >= 0 {
		return nil
	}
	return slices.DeleteFunc(r.fragment.RolesWithout(arn), r.isBounded)
}

// others names the transforms that may bring roles to a template on which the macro does not come.
func (r *resourceCheck) others() []string {
	if r.declared.macroIndex >= 0 {
		return nil
	}
	return append(r.declared.partsThatMayBring(), r.declared.stagesThatMayBring()...)
}

// afterMacro lists the transforms that run after the macro and may bring roles, or are needed before it.
func (r *resourceCheck) afterMacro() []stage {
	if r.declared.macroIndex < 0 {
		return nil
	}
	after := slices.Clone(r.declared.all[r.declared.macroIndex+1:])
	return slices.DeleteFunc(after, func(s stage) bool {
		return !r.declared.mayBring(s.Transform) && !(r.tooEarly && s.Name == loopsTransform)
	})
}

// resourceFindings lists the findings in a template's resources. In an environment without a boundary there are none.
func (c checker) resourceFindings(ctx context.Context, t checkedTemplate) ([]findings.Finding, error) {
	r := newResourceCheck(c, t)
	if r.isEmpty() {
		return nil, nil
	}
	n := r.naming()
	if n.deployedErr != nil {
		found := r.findings("", "")
		if r.mustCarry() {
			return found, fmt.Errorf("%w; or give --environment", n.deployedErr)
		}
		return found, nil
	}
	looked, err := c.lookUp(ctx, n.deployed)
	switch {
	case err != nil:
		return nil, err
	case looked.err != nil && n.isGiven(c):
		return nil, command.NewSourceError(looked.err) // the command line's fault
	case looked.err != nil && r.mustCarry():
		return r.findings(n.deployed.Name, ""), looked.err
	case looked.isNone:
		return nil, nil
	case looked.unresolved != nil && r.mustCarry():
		return nil, command.NewSourceError(looked.unresolved) // the command line's fault
	}
	return r.findings(n.deployed.Name, looked.arn), nil
}

// naming is how the declaration names its environment from which the roles' boundary comes. Where the macro is declared in parts of the
// template only, that is the template itself, or else the first of these declarations.
func (r *resourceCheck) naming() naming {
	if r.declared.macroIndex >= 0 {
		return r.named(r.checkedTemplate, r.declared.all[r.declared.macroIndex].Parameters)
	}
	n := r.named(r.checkedTemplate, nil)
	if own := r.declared.ofMacro(); len(own) > 0 && errors.Is(n.deployedErr, environment.ErrNoEnvironment) {
		return r.named(r.checkedTemplate, own[0].Parameters)
	}
	return n
}

func parseSnippet(snippet expand.Snippet, macro string) (*transform.Fragment, error) {
	fragment, err := snippet.Fragment()
	if err != nil {
		return nil, err
	}
	return transform.Parse(fragment, transform.Options{Macro: macro})
}
