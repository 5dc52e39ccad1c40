package check

import (
	"cmp"
	"reflect"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/command/files"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/findings"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/template"
	"amplify-boundary/internal/template/expand"
	"amplify-boundary/transform"
)

// checkedTemplate is a template that is checked, read by those who know its parts.
type checkedTemplate struct {
	file     files.File
	document *template.Document
	section  *declare.Section
	own      declare.Transform         // how the macro is declared, unless state is Absent
	state    declare.State             // where in the Transform section
	snippets []expand.Snippet          // that declare the macro outside of it
	fragment *transform.Fragment       // what the macro would get
	values   map[string]jsontext.Value // the defaults of the template parameters
	lines    template.ResourceLines
	stacks   []nested.LocatedStack
	children []child          // the nested stacks whose templates are checked too
	boundBy  *checkedTemplate // the template above that declares the macro, if the function adds the declaration
}

// readTemplate reads a template; macro can have an account, and name is the macro's in messages. It fails if that is not a template.
func readTemplate(data []byte, macro, name string) (*checkedTemplate, error) {
	section, err := declare.Read(data)
	if err != nil {
		return nil, err
	}
	t := &checkedTemplate{section: section, document: section.Document()}
	t.own, t.state = section.Find(macro)
	if t.fragment, err = transform.Parse(section.Rest(), transform.Options{Macro: name}); err != nil {
		return nil, err
	}
	if err := t.fragment.Ambiguity(); err != nil {
		return nil, err
	}
	if t.values, err = t.document.ParameterValues(nil); err != nil {
		return nil, err
	}
	snippets, err := expand.Snippets(section.Rest())
	if err != nil {
		return nil, err
	}
	t.snippets = slices.DeleteFunc(snippets, func(s expand.Snippet) bool {
		return !slices.ContainsFunc(s.Transforms, isMacro(macro))
	})
	t.lines = t.document.ResourceLines()
	return t, nil
}

func isMacro(macro string) func(declare.Transform) bool {
	return func(t declare.Transform) bool { return declare.IsMacro(t.Name, macro) }
}

// roles counts the roles that can be seen, and those whose Fn::Transform CloudFormation has yet to run.
func (t *checkedTemplate) roles() int {
	count := len(t.fragment.RolesWithout(""))
	for _, f := range t.fragment.Faults() {
		if f.Type == cfn.TypeRole {
			count++
		}
	}
	return count
}

// others names the transforms of the section that can add resources: not the macro, and not
// AWS::LanguageExtensions, whose loops are in the template.
func (t *checkedTemplate) others(macro string) (names []string) {
	for _, other := range t.section.Transforms() {
		if !isMacro(macro)(other) && other.Name != cfn.TransformLanguageExtensions && !slices.Contains(names, other.Name) {
			names = append(names, other.Name)
		}
	}
	return names
}

// needsEnvironment reports whether the macro needs an environment for something in the template.
func (t *checkedTemplate) needsEnvironment(macro string) bool {
	return !t.fragment.NothingToBound() || len(t.fragment.NestedStacks) > 0 || len(t.others(macro)) > 0
}

// faults lists the faults for which the macro refuses a fragment, if these transforms run before it.
func faults(fragment *transform.Fragment, before []declare.Transform) []transform.Fault {
	return slices.DeleteFunc(fragment.Faults(), func(f transform.Fault) bool { return isResolved(f.Problem, before) })
}

// isResolved reports whether a fault no longer exists after some transforms. CloudFormation runs
// Fn::Transform before all of them.
func isResolved(problem transform.Problem, transforms []declare.Transform) bool {
	ran := func(name string) bool {
		return slices.ContainsFunc(transforms, func(t declare.Transform) bool { return t.Name == name })
	}
	switch problem {
	case transform.LeftoverTransform:
		return true
	case transform.Serverless:
		return ran(cfn.TransformServerless)
	case transform.LoopVariableType, transform.LoopInside, transform.LoopVariableName, transform.MalformedLoop, transform.MisplacedFunction:
		return ran(cfn.TransformLanguageExtensions)
	default:
		return false
	}
}

// declarations returns the indexes of the macro in the Transform section.
func (t *checkedTemplate) declarations(macro string) (indexes []int) {
	for i, declared := range t.section.Transforms() {
		if isMacro(macro)(declared) {
			indexes = append(indexes, i)
		}
	}
	return indexes
}

// contradicts reports whether an earlier declaration of the macro has other parameters than the last one, or
// refuses what the last one accepts.
func (t *checkedTemplate) contradicts(macro string) bool {
	all, indexes := t.section.Transforms(), t.declarations(macro)
	last := indexes[len(indexes)-1]
	for _, i := range indexes[:len(indexes)-1] {
		if !reflect.DeepEqual(all[i].Parameters, all[last].Parameters) || len(faults(t.fragment, all[:i])) > len(faults(t.fragment, all[:last])) {
			return true
		}
	}
	return false
}

// locate gives a finding its resources, in the order of their lines, and the line of the first.
func (t *checkedTemplate) locate(f findings.Finding, logicalIDs []string) findings.Finding {
	ids := slices.Clone(logicalIDs)
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(t.lines.Of(a), t.lines.Of(b)), cmp.Compare(a, b)) })
	f.LogicalIDs = slices.Compact(ids)
	f.Line = t.lines.Of(ids[0])
	return f
}

// inSection gives a finding the line of the Transform section, or of the Resources section if there is none.
func (t *checkedTemplate) inSection(f findings.Finding) findings.Finding {
	f.Line, f.LogicalIDs = cmp.Or(t.document.Line(cfn.SectionTransform), t.document.Line(cfn.SectionResources)), []string{}
	return f
}

// names returns the logical IDs of resources.
func names(resources []transform.Resource) (ids []string) {
	for _, r := range resources {
		ids = append(ids, r.LogicalID)
	}
	return ids
}
