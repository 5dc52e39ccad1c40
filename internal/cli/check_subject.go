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

// subject is a template that is judged.
type subject struct {
	document   *template.Document
	plain      []byte // without its section Transform
	fragment   *transform.Fragment
	transforms []expand.Transform
	values     map[string]jsontext.Value // the template parameters' defaults
	own        int                       // the macro's place among the transforms; -1 where it is not there
	boundsAll  bool                      // the macro comes last, and bounds every role
}

// readSubject reads a template; macro is the macro's name.
func readSubject(data []byte, macro string) (s subject, err error) {
	if s.document, err = template.Read(data); err != nil {
		return s, err
	}
	if s.transforms, s.plain, err = expand.Section(s.document.JSON()); err != nil {
		return s, err
	}
	if s.fragment, err = transform.Parse(s.plain, transform.Options{Macro: macro}); err != nil {
		return s, err
	}
	if s.fragment.Shape != transform.ShapeTemplate {
		return s, errNoTemplate
	}
	if s.values, err = s.document.ParameterValues(nil); err != nil {
		return s, err
	}
	s.own = -1
	for i, t := range s.transforms {
		if t.Name == macro {
			s.own = i
		}
	}
	if s.boundsAll = s.own >= 0 && s.own == len(s.transforms)-1; !s.boundsAll {
		s.boundsAll, err = expand.DeclaredInResources(s.plain, macro)
	}
	return s, err
}

// lifts tells whether a problem is gone once the transforms before the macro, and those in snippets, have
// run.
func (s subject) lifts(f transform.Fault) bool {
	listed := func(name string) bool {
		return slices.ContainsFunc(s.transforms[:max(s.own, 0)], func(t expand.Transform) bool { return t.Name == name })
	}
	switch f.Problem {
	case transform.LeftoverTransform:
		return true
	case transform.Serverless:
		return listed("AWS::Serverless-2016-10-31")
	case transform.LoopVariableType, transform.LoopInside, transform.LoopVariableName, transform.MalformedLoop:
		return listed("AWS::LanguageExtensions")
	default:
		return false
	}
}

// environment finds the environment of a template as the macro does without settings; a name or a project
// that is told here wins.
func (s subject) environment(name, project string) (environment.Environment, error) {
	told := environment.Template{ParameterValues: s.values}
	if s.own >= 0 {
		told.TransformParameters = s.transforms[s.own].Parameters
	}
	told.TransformParameters = overridden(told.TransformParameters, name, project)
	return environment.Find(told, environment.Settings{})
}

// role returns a role of the template, its properties, and its boundary; what is not there is nil.
func (s subject) role(logicalID string) (parts [3]jsontext.Value) {
	at := jsontext.Value(s.plain)
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

// declaredIn tells whether a role is bounded by a Fn::Transform in it, in its properties, or in the place
// of its boundary.
func (s subject) declaredIn(logicalID, macro string) bool {
	for _, part := range s.role(logicalID) {
		if declared, err := expand.DeclaredIn(part, macro); err == nil && declared {
			return true
		}
	}
	return false
}

// carries tells whether a role's boundary is written in the template.
func (s subject) carries(logicalID, arn string) bool {
	text, isText := rawjson.Text(s.role(logicalID)[2])
	return isText && text == arn
}
