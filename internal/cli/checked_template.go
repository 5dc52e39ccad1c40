package cli

import (
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/rawjson"
	"amplify-boundary/internal/template"
	"amplify-boundary/internal/template/expand"
	"amplify-boundary/transform"
)

// checkedTemplate is a template that is checked.
type checkedTemplate struct {
	document         *template.Document
	withoutTransform []byte // the template without its section Transform
	fragment         *transform.Fragment
	transforms       []expand.Transform
	values           map[string]jsontext.Value // the template parameters' defaults
	macroIndex       int                       // which of the transforms is the macro; -1 where it is not there
	boundsEveryRole  bool                      // the macro comes last, and bounds every role
}

// readCheckedTemplate reads a template; macro is the macro's name.
func readCheckedTemplate(data []byte, macro string) (s checkedTemplate, err error) {
	if s.document, err = template.Read(data); err != nil {
		return s, err
	}
	if s.transforms, s.withoutTransform, err = expand.Section(s.document.JSON()); err != nil {
		return s, err
	}
	if s.fragment, err = transform.Parse(s.withoutTransform, transform.Options{Macro: macro}); err != nil {
		return s, err
	}
	if s.fragment.Shape != transform.ShapeTemplate {
		return s, errNoTemplate
	}
	if s.values, err = s.document.ParameterValues(nil); err != nil {
		return s, err
	}
	s.macroIndex = -1
	for i, t := range s.transforms {
		if t.Name == macro {
			s.macroIndex = i
		}
	}
	if s.boundsEveryRole = s.macroIndex >= 0 && s.macroIndex == len(s.transforms)-1; !s.boundsEveryRole {
		s.boundsEveryRole, err = expand.DeclaredInResources(s.withoutTransform, macro)
	}
	return s, err
}

// resolvedBefore reports whether a problem is gone once the transforms before the macro, and those in snippets, have
// run.
func (s checkedTemplate) resolvedBefore(f transform.Fault) bool {
	listed := func(name string) bool {
		return slices.ContainsFunc(s.transforms[:max(s.macroIndex, 0)], func(t expand.Transform) bool { return t.Name == name })
	}
	switch f.Problem {
	case transform.LeftoverTransform:
		return true
	case transform.Serverless:
		return listed("AWS::Serverless-2016-10-31")
	case transform.LoopVariableType, transform.LoopInside, transform.LoopVariableName, transform.MalformedLoop, transform.MisplacedFunction:
		return listed("AWS::LanguageExtensions")
	default:
		return false
	}
}

// environment finds the environment of a template as the macro does without settings; a name or a project
// that is given here wins.
func (s checkedTemplate) environment(name, project string) (environment.Environment, error) {
	named := environment.Template{ParameterValues: s.values}
	if s.macroIndex >= 0 {
		named.TransformParameters = s.transforms[s.macroIndex].Parameters
	}
	named.TransformParameters = overridden(named.TransformParameters, name, project)
	return environment.Find(named, environment.Settings{})
}

// role returns a role of the template, its properties, and its boundary; what is not there is nil.
func (s checkedTemplate) role(logicalID string) (parts [3]jsontext.Value) {
	at := jsontext.Value(s.withoutTransform)
	for i, name := range []string{"Resources", logicalID, "Properties", "PermissionsBoundary"} {
		members, err := rawjson.Members(at, "the template")
		if err != nil {
			return parts
		}
		if at = members[name]; i > 0 {
			parts[i-1] = at
		}
	}
	return parts
}

// declaredIn reports whether a role is bounded by a Fn::Transform in it, in its properties, or in the place
// of its boundary.
func (s checkedTemplate) declaredIn(logicalID, macro string) bool {
	for _, part := range s.role(logicalID) {
		if declared, err := expand.DeclaredIn(part, macro); err == nil && declared {
			return true
		}
	}
	return false
}

// carries reports whether a role's boundary is written in the template.
func (s checkedTemplate) carries(logicalID, arn string) bool {
	text, isText := rawjson.Text(s.role(logicalID)[2])
	return isText && text == arn
}
