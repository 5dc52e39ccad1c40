package check

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

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
	parts    []expand.Snippet          // that declare any transforms outside of it
	snippets []expand.Snippet          // those that declare the macro
	others   []string                  // other transforms of the section that can add resources: AWS::LanguageExtensions cannot
	fragment *transform.Fragment       // what the macro would get
	values   map[string]jsontext.Value // the defaults of the template parameters
	lines    template.ResourceLines

	resources map[string][]jsontext.Value // by logical ID, those in loops too
	stacks    []nested.LocatedStack
	children  []child          // the nested stacks whose templates are checked too
	boundBy   *checkedTemplate // the template above that declares the macro, if the function adds the declaration
}

// readTemplate reads a template; macro can have an account, and name is the macro's in messages. It fails if that is not a template.
func readTemplate(data []byte, macro, name string) (*checkedTemplate, error) {
	section, err := declare.Read(data)
	if err != nil {
		return nil, err
	}
	t := &checkedTemplate{section: section, document: section.Document()}
	t.resources = make(map[string][]jsontext.Value)
	addResources(t.resources, membersOf(section.Rest())[cfn.SectionResources])
	t.own, t.state = section.Find(macro)
	for _, other := range section.Transforms() {
		if !isMacro(macro)(other) && other.Name != cfn.TransformLanguageExtensions && !slices.Contains(t.others, other.Name) {
			t.others = append(t.others, other.Name)
		}
	}
	if t.fragment, err = transform.Parse(section.Rest(), transform.Options{Macro: name}); err != nil {
		return nil, err
	}
	if err := t.fragment.Ambiguity(); err != nil {
		return nil, err
	}
	if t.values, err = t.document.ParameterValues(nil); err != nil {
		return nil, err
	}
	if t.parts, err = expand.Snippets(section.Rest()); err != nil {
		return nil, err
	}
	t.snippets = slices.DeleteFunc(slices.Clone(t.parts), func(s expand.Snippet) bool {
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

// needsEnvironment reports whether the macro needs an environment for something in the template.
func (t *checkedTemplate) needsEnvironment() bool {
	return !t.fragment.NothingToBound() || len(t.fragment.NestedStacks) > 0 || len(t.others) > 0
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

// inOrder returns logical IDs in the order of their lines, each once.
func (t *checkedTemplate) inOrder(logicalIDs []string) []string {
	ids := slices.Clone(logicalIDs)
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(t.lines.Of(a), t.lines.Of(b)), cmp.Compare(a, b)) })
	return slices.Compact(ids)
}

// atResources returns a finding about resources, at the line of the first.
func (t *checkedTemplate) atResources(rule, severity string, logicalIDs []string, format string, arguments ...any) findings.Finding {
	ids := t.inOrder(logicalIDs)
	return findings.Finding{Rule: rule, Severity: severity, Line: t.lines.Of(ids[0]), LogicalIDs: ids, Message: fmt.Sprintf(format, arguments...)}
}

// atSection returns a finding at the line of the Transform section, or of the Resources section if there is none.
func (t *checkedTemplate) atSection(rule, severity string, format string, arguments ...any) findings.Finding {
	line := cmp.Or(t.document.Line(cfn.SectionTransform), t.document.Line(cfn.SectionResources))
	return atLine(rule, severity, line, format, arguments...)
}

func atLine(rule, severity string, line int, format string, arguments ...any) findings.Finding {
	return findings.Finding{Rule: rule, Severity: severity, Line: line, Message: fmt.Sprintf(format, arguments...)}
}

// addResources adds the resources of a map, and of the loops in it.
func addResources(resources map[string][]jsontext.Value, section jsontext.Value) {
	for name, value := range membersOf(section) {
		resources[name] = append(resources[name], value)
		if loop, _ := cfn.Elements(value); strings.HasPrefix(name, cfn.LoopPrefix) && len(loop) == 3 {
			addResources(resources, loop[2])
		}
	}
}

// membersOf returns the members of a JSON object; none of any other value.
func membersOf(value jsontext.Value) map[string]jsontext.Value {
	members, err := cfn.Members(value, "the template")
	if err != nil {
		return nil
	}
	return members
}

// grouped returns the values of a list in groups that have the same key, in the order of their first values.
func grouped[K comparable, V any](list []V, key func(V) K) (groups [][]V) {
	index := make(map[K]int)
	for _, v := range list {
		i, isKnown := index[key(v)]
		if !isKnown {
			i = len(groups)
			index[key(v)] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], v)
	}
	return groups
}

// names returns the logical IDs of resources.
func names(resources []transform.Resource) (ids []string) {
	for _, r := range resources {
		ids = append(ids, r.LogicalID)
	}
	return ids
}
