package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/rawjson"
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
	r.refusedInSnippets()
	return r
}

// isBounded reports whether the macro's own snippet bounds a resource, and that counts.
func (r *resourceCheck) isBounded(resource transform.Resource) bool {
	return !r.strict && r.bounded[resource.LogicalID]
}

// refusedInSnippets notes what the macro refuses of what it gets from snippets in parts of the template.
func (r *resourceCheck) refusedInSnippets() {
	known := make(map[transform.Fault]bool)
	for _, f := range r.refused {
		known[f] = true
	}
	for _, p := range r.declared.parts {
		isOwn := slices.ContainsFunc(p.Transforms, r.declared.isMacro)
		if !isOwn || p.at == elsewhere || p.at == theBoundary || p.at == inBoundary {
			continue
		}
		fragment, err := transform.Parse(p.Fragment(), transform.Options{Macro: r.macro})
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
	return !r.mustCarry() && len(r.refused) == 0 && len(r.unseen) == 0 && len(r.misplaced) == 0 &&
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

// findings lists the findings of a template in an environment whose boundary is arn.
func (r *resourceCheck) findings(environment, arn string) []finding {
	found := r.rolesWithout(environment, arn)
	if len(found) == 0 || r.strict { // else the same advice has been given
		found = append(found, r.othersBring()...)
	}
	found = slices.Concat(found, r.notLast(), r.twice(), r.snippetsMisplaced(), r.resourcesRefused())
	for i := range found {
		found[i].Environment, found[i].Boundary = environment, arn
	}
	return found
}

// rolesWithout finds the roles that do not carry their boundary, where they must.
func (r *resourceCheck) rolesWithout(environment, arn string) []finding {
	if !r.mustCarry() || arn == "" {
		return nil
	}
	roles := r.rolesThatMustCarry(arn)
	carrying := r.carrying(arn)
	for _, role := range r.unfinished {
		if !carrying[role.LogicalID] {
			roles = append(roles, role)
		}
	}
	if len(roles) == 0 {
		return nil
	}
	f := located(r.checkedTemplate, finding{Rule: ruleRole, Severity: severityError}, roles)
	f.Message = fmt.Sprintf("%s would be deployed without %s, the boundary of environment %s: %s; %s",
		counted(len(f.LogicalIDs), "role"), arn, environment, listed(f.LogicalIDs), r.remedy())
	return []finding{f}
}

func (r *resourceCheck) remedy() string {
	if r.strict {
		return "write it into the template"
	}
	return "declare " + r.macro + " last"
}

// carrying returns those of the unfinished roles whose boundary is written in the template.
func (r *resourceCheck) carrying(arn string) map[string]bool {
	carrying := make(map[string]bool)
	if len(r.unfinished) == 0 {
		return carrying
	}
	sections, _ := rawjson.Members(r.withoutTransform, "the template")
	resources, _ := rawjson.Members(sections["Resources"], "Resources")
	for _, role := range r.unfinished {
		text, isText := rawjson.Text(member(resources[role.LogicalID], "Properties", "PermissionsBoundary"))
		carrying[role.LogicalID] = isText && text == arn
	}
	return carrying
}

// member returns the value to which names lead from an object; nothing where they lead nowhere.
func member(value jsontext.Value, path ...string) jsontext.Value {
	for _, name := range path {
		members, err := rawjson.Members(value, "the template")
		if err != nil {
			return nil
		}
		value = members[name]
	}
	return value
}

// notLast finds the transforms that come after the macro and make it miss roles.
func (r *resourceCheck) notLast() []finding {
	after := r.afterMacro()
	if len(after) == 0 {
		return nil
	}
	own := r.declared.all[r.declared.macroIndex]
	var names []string
	for _, s := range after {
		names = append(names, s.Name)
	}
	f := finding{Rule: ruleNotLast, Severity: severityError, Line: own.line, LogicalIDs: []string{}}
	if own.inSection {
		f.Message = fmt.Sprintf("%s is listed before %s; list it last", r.macro, listed(names))
	} else {
		f.Message = fmt.Sprintf("%s is declared by Fn::Transform, which runs before %s; list it last in the Transform section instead", r.macro, listed(names))
	}
	return []finding{f}
}

// twice finds declarations of the macro that contradict each other.
func (r *resourceCheck) twice() []finding {
	own := r.declared.ofMacro()
	if r.declared.macroIndex < 0 || len(own) < 2 {
		return nil
	}
	f := finding{Rule: ruleTwice, Severity: severityError, Line: r.declared.all[r.declared.macroIndex].line, LogicalIDs: []string{}}
	first := slices.IndexFunc(r.declared.all, func(s stage) bool { return r.declared.isMacro(s.Transform) })
	for _, fault := range r.faults {
		if !resolves(r.declared.all[:first], fault.Problem) && resolves(r.declared.all[:r.declared.macroIndex], fault.Problem) {
			f.Message = fmt.Sprintf("%s is declared twice, and the first time it refuses %s; declare it once, last", r.macro, fault.Resource)
			return []finding{f}
		}
	}
	var names []string
	for _, d := range own {
		n := r.named(r.checkedTemplate, d.Parameters)
		if name := describedEnvironment(n.deployed); n.deployedErr == nil && !slices.Contains(names, name) {
			names = append(names, name)
		}
		if len(names) == 2 {
			f.Message = fmt.Sprintf("%s is declared more than once, for %s and for %s; declare it once, last", r.macro, names[0], names[1])
			return []finding{f}
		}
	}
	return nil
}

// snippetsMisplaced finds the snippets of the macro from which it gets what has no role.
func (r *resourceCheck) snippetsMisplaced() []finding {
	if len(r.misplaced) == 0 {
		return nil
	}
	f := located(r.checkedTemplate, finding{Rule: ruleDeclaration, Severity: severityError}, r.misplaced)
	f.Message = fmt.Sprintf("%s is declared where it refuses what it gets, in %s: %v", r.macro, listed(f.LogicalIDs), r.misplacedErr)
	return []finding{f}
}

// resourcesRefused finds the resources that the macro would refuse, by what is wrong with them.
func (r *resourceCheck) resourcesRefused() []finding {
	byProblem := make(map[transform.Problem][]transform.Fault)
	var problems []transform.Problem
	for _, f := range r.refused {
		if byProblem[f.Problem] == nil {
			problems = append(problems, f.Problem)
		}
		byProblem[f.Problem] = append(byProblem[f.Problem], f)
	}
	var found []finding
	for _, problem := range problems {
		var resources []transform.Resource
		for _, f := range byProblem[problem] {
			resources = append(resources, f.Resource)
		}
		message := transform.FaultsMessage(r.macro, byProblem[problem])
		found = append(found, located(r.checkedTemplate, finding{Rule: ruleRefused, Severity: severityError, Message: message}, resources))
	}
	return found
}

// othersBring finds the transforms that may bring roles to a template on which the macro does not come last.
func (r *resourceCheck) othersBring() []finding {
	if names := r.others(); len(names) > 0 {
		line := r.document.Line("Transform")
		if line == 0 {
			line = r.document.Line("Resources")
		}
		return []finding{{Rule: ruleOther, Severity: severityError, Line: line, LogicalIDs: []string{},
			Message: fmt.Sprintf("%s may bring roles without a boundary; declare %s last", listed(names), r.macro)}}
	}
	if len(r.unseen) == 0 {
		return nil
	}
	f := located(r.checkedTemplate, finding{Rule: ruleOther, Severity: severityError}, r.unseen)
	f.Message = fmt.Sprintf("roles without a boundary may come of %s: %s; declare %s last", counted(len(f.LogicalIDs), "resource"), listed(f.LogicalIDs), r.macro)
	return []finding{f}
}

// resourceFindings lists the findings in a template's resources. In an environment without a boundary there are none.
func (c checker) resourceFindings(ctx context.Context, t checkedTemplate) ([]finding, error) {
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
		return nil, &sourceError{looked.err} // the command line's fault
	case looked.err != nil && r.mustCarry():
		return r.findings(n.deployed.Name, ""), looked.err
	case looked.err == nil && looked.arn == "":
		return nil, nil
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
