package check

import (
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/command"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/template"
	"amplify-boundary/internal/template/expand"
	"amplify-boundary/transform"
)

// checkedTemplate is a template that is checked.
type checkedTemplate struct {
	document         *template.Document
	lines            template.ResourceLines
	values           map[string]jsontext.Value // the template parameters' defaults
	withoutTransform []byte                    // the template without its section Transform
	fragment         *transform.Fragment       // the same, read as the macro reads it
	faults           []transform.Fault
	declared         declarations
}

// readCheckedTemplate reads a template; macro is the macro's name.
func readCheckedTemplate(data []byte, macro string) (t checkedTemplate, err error) {
	if t.document, err = template.Read(data); err != nil {
		return t, err
	}
	if t.document.Line("Resources") == 0 {
		return t, command.ErrNoTemplate
	}
	section, err := declare.In(t.document)
	if err != nil {
		return t, err
	}
	withoutTransform := section.Rest()
	if t.fragment, err = transform.Parse(withoutTransform, transform.Options{Macro: macro}); err != nil {
		return t, err
	}
	snippets, err := expand.Snippets(withoutTransform)
	if err != nil {
		return t, err
	}
	if t.values, err = t.document.ParameterValues(nil); err != nil {
		return t, err
	}
	t.withoutTransform, t.lines = withoutTransform, t.document.ResourceLines()
	t.faults = t.fragment.Faults()
	t.declared = newDeclarations(macro, t.document, section.Transforms(), snippets)
	return t, nil
}

// roles counts the roles that can be seen, those included that other transforms have yet to complete.
func (t checkedTemplate) roles() int {
	count := len(t.fragment.RolesWithout(""))
	for _, f := range t.faults {
		if f.Type == roleType {
			count++
		}
	}
	return count
}

// needsEnvironment reports whether there is something in the template for which the macro needs an environment.
func (t checkedTemplate) needsEnvironment() bool {
	return t.fragment.HasRoles() || len(t.faults) > 0 || len(t.fragment.NestedStacks) > 0 || len(t.declared.stagesThatMayBring()) > 0
}

const roleType = "AWS::IAM::Role"

// position is the part of a template in which a snippet stands.
type position int

const (
	elsewhere   position = iota // where it can make no role
	allOfIt                     // the whole template
	allOfThem                   // the section Resources
	loopBody                    // the resources of a loop
	oneResource                 // a resource
	properties                  // the properties of a resource
	theBoundary                 // the permissions boundary of a role
	inBoundary                  // a part of it
)

// positionOf finds the position of an object, and the logical ID of the resource in which it lies, or of the loop.
func positionOf(object jsontext.Pointer) (at position, logicalID string) {
	path := leading(object)
	if len(path) == 0 {
		return allOfIt, ""
	}
	if path[0] != "Resources" {
		return elsewhere, ""
	}
	rest, loop := path[1:], ""
	for len(rest) >= 2 && isLoop(rest[0]) && rest[1] == "2" {
		rest, loop = rest[2:], rest[0]
	}
	switch {
	case len(rest) == 0 && loop != "":
		return loopBody, loop
	case len(rest) == 0:
		return allOfThem, ""
	case len(rest) == 1:
		return oneResource, rest[0]
	case rest[1] != "Properties":
		return elsewhere, rest[0]
	case len(rest) == 2:
		return properties, rest[0]
	case rest[2] != "PermissionsBoundary":
		return elsewhere, rest[0]
	case len(rest) == 3:
		return theBoundary, rest[0]
	default:
		return inBoundary, rest[0]
	}
}

// leading returns the names that lead to an object, those of loops and as many behind them as positions differ by.
func leading(object jsontext.Pointer) (path []string) {
	behind := 0
	for name := range object.Tokens() {
		path = append(path, name)
		if behind++; len(path) >= 2 && isLoop(path[len(path)-2]) && name == "2" {
			behind = 1
		}
		if behind > 5 {
			break
		}
	}
	return path
}

func isLoop(name string) bool { return strings.HasPrefix(name, "Fn::ForEach::") }
