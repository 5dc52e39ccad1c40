package check

import (
	"fmt"
	"maps"
	"slices"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/findings"
	"amplify-boundary/transform"
)

// findings lists the findings of a template in an environment whose boundary is arn.
func (r *resourceCheck) findings(environment, arn string) []findings.Finding {
	found := r.rolesWithout(environment, arn)
	if len(found) == 0 || r.strict { // else the same advice has been given
		found = append(found, r.othersBring()...)
	}
	found = slices.Concat(found, r.notLast(), r.twice(), r.snippetsRefused(), r.resourcesRefused())
	for i := range found {
		found[i].Environment, found[i].Boundary = environment, arn
	}
	return found
}

// rolesWithout finds the roles that do not carry their boundary, where they must.
func (r *resourceCheck) rolesWithout(environment, arn string) []findings.Finding {
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
	f := located(r.checkedTemplate, findings.Finding{Rule: ruleRole, Severity: findings.Error}, roles)
	f.Message = fmt.Sprintf("%s would be deployed without %s, the boundary of environment %s: %s; %s",
		command.Counted(len(f.LogicalIDs), "role"), arn, environment, listed(f.LogicalIDs), r.remedy())
	return []findings.Finding{f}
}

func (r *resourceCheck) remedy() string {
	if r.strict {
		return "write it into the template"
	}
	return "declare " + r.Macro + " last"
}

// carrying returns those of the unfinished roles whose boundary is written in the template.
func (r *resourceCheck) carrying(arn string) map[string]bool {
	carrying := make(map[string]bool)
	if len(r.unfinished) == 0 {
		return carrying
	}
	sections, _ := cfn.Members(r.withoutTransform, "the template")
	resources, _ := cfn.Members(sections["Resources"], "Resources")
	for _, role := range r.unfinished {
		text, isText := cfn.Text(command.Member(resources[role.LogicalID], "Properties", "PermissionsBoundary"))
		carrying[role.LogicalID] = isText && text == arn
	}
	return carrying
}

// notLast finds the transforms that come after the macro and make it miss roles.
func (r *resourceCheck) notLast() []findings.Finding {
	after := r.afterMacro()
	if len(after) == 0 {
		return nil
	}
	own := r.declared.all[r.declared.macroIndex]
	var names []string
	for _, s := range after {
		names = append(names, s.Name)
	}
	f := findings.Finding{Rule: ruleNotLast, Severity: findings.Error, Line: own.line, LogicalIDs: []string{}}
	if own.inSection {
		f.Message = fmt.Sprintf("%s is listed before %s; list it last", r.Macro, listed(names))
	} else {
		f.Message = fmt.Sprintf("%s is declared by Fn::Transform, which runs before %s; list it last in the Transform section instead", r.Macro, listed(names))
	}
	return []findings.Finding{f}
}

// twice finds declarations of the macro of which one runs over what another made, and they contradict each other.
func (r *resourceCheck) twice() []findings.Finding {
	if r.declared.macroIndex >= 0 {
		return slices.Concat(r.firstRefuses(), r.namesDiffer(r.declared.ofMacro()))
	}
	byResource := make(map[string][]declaration)
	for _, d := range r.declared.ofMacro() {
		byResource[d.logicalID] = append(byResource[d.logicalID], d)
	}
	var found []findings.Finding
	for _, logicalID := range slices.Sorted(maps.Keys(byResource)) {
		found = append(found, r.namesDiffer(byResource[logicalID])...)
	}
	return merged(found)
}

// firstRefuses finds what the first declaration refuses, though the last would not.
func (r *resourceCheck) firstRefuses() []findings.Finding {
	first := slices.IndexFunc(r.declared.all, func(s stage) bool { return r.declared.isMacro(s.Transform) })
	for _, fault := range r.faults {
		if !resolves(r.declared.all[:first], fault.Problem) && resolves(r.declared.all[:r.declared.macroIndex], fault.Problem) {
			return []findings.Finding{{Rule: ruleTwice, Severity: findings.Error, Line: r.declared.all[first].line, LogicalIDs: []string{},
				Message: fmt.Sprintf("%s is declared twice, and the first time it refuses %s; declare it once, last", r.Macro, fault.Resource)}}
		}
	}
	return nil
}

// namesDiffer finds declarations that name different environments: the last replaces or refuses the boundaries of the others.
func (r *resourceCheck) namesDiffer(list []declaration) []findings.Finding {
	first := ""
	for _, d := range list {
		n := r.named(r.checkedTemplate, d.Parameters)
		name := describedEnvironment(n.deployed)
		switch {
		case n.deployedErr != nil || name == first:
		case first == "":
			first = name
		default:
			return []findings.Finding{r.at(d, findings.Finding{Rule: ruleTwice, Severity: findings.Error,
				Message: fmt.Sprintf("%s is declared more than once, for %s and for %s; declare it once, last", r.Macro, first, name)})}
		}
	}
	return nil
}

// snippetsRefused finds the snippets of the macro from which it gets what it refuses as a whole.
func (r *resourceCheck) snippetsRefused() []findings.Finding {
	var found []findings.Finding
	if len(r.misplaced) > 0 {
		f := located(r.checkedTemplate, findings.Finding{Rule: ruleDeclaration, Severity: findings.Error}, r.misplaced)
		f.Message = fmt.Sprintf("%s is declared where it refuses what it gets, in %s: %v", r.Macro, listed(f.LogicalIDs), r.misplacedErr)
		found = append(found, f)
	}
	if r.wholeErr != nil {
		found = append(found, findings.Finding{Rule: ruleDeclaration, Severity: findings.Error, Line: r.document.Line("Resources"), LogicalIDs: []string{},
			Message: fmt.Sprintf("%s is declared where it refuses what it gets: %v", r.Macro, r.wholeErr)})
	}
	return found
}

// resourcesRefused finds the resources that the macro would refuse, by what is wrong with them.
func (r *resourceCheck) resourcesRefused() []findings.Finding {
	byProblem := make(map[transform.Problem][]transform.Fault)
	var problems []transform.Problem
	for _, f := range r.refused {
		if byProblem[f.Problem] == nil {
			problems = append(problems, f.Problem)
		}
		byProblem[f.Problem] = append(byProblem[f.Problem], f)
	}
	var found []findings.Finding
	for _, problem := range problems {
		var resources []transform.Resource
		for _, f := range byProblem[problem] {
			resources = append(resources, f.Resource)
		}
		message := transform.FaultsMessage(r.Macro, byProblem[problem])
		found = append(found, located(r.checkedTemplate, findings.Finding{Rule: ruleRefused, Severity: findings.Error, Message: message}, resources))
	}
	return found
}

// othersBring finds the transforms that may bring roles to a template on which the macro does not come last.
func (r *resourceCheck) othersBring() []findings.Finding {
	if names := r.others(); len(names) > 0 {
		line := r.document.Line("Transform")
		if line == 0 {
			line = r.document.Line("Resources")
		}
		return []findings.Finding{{Rule: ruleOther, Severity: findings.Error, Line: line, LogicalIDs: []string{},
			Message: fmt.Sprintf("%s may bring roles without a boundary; declare %s last", listed(names), r.Macro)}}
	}
	if len(r.unseen) == 0 {
		return nil
	}
	f := located(r.checkedTemplate, findings.Finding{Rule: ruleOther, Severity: findings.Error}, r.unseen)
	f.Message = fmt.Sprintf("roles without a boundary may come of %s: %s; declare %s last", command.Counted(len(f.LogicalIDs), "resource"), listed(f.LogicalIDs), r.Macro)
	return []findings.Finding{f}
}
