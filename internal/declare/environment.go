package declare

import (
	"errors"
	"slices"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/environment"
	"amplify-boundary/internal/lazyregexp"
	"amplify-boundary/internal/template"
)

var environmentName = lazyregexp.New(`(?i)^p?(environment|environmentname|env|envtype|stage|stagename)$`)

// EnvironmentParameter returns the name of the template parameter that holds the environment, judging by its name: the only one
// that is named Environment, EnvironmentName, Env, EnvType, Stage, or StageName, in any case, with or without the prefix p. It
// is empty where there is none, or more than one.
func EnvironmentParameter(document *template.Document) string {
	names := slices.DeleteFunc(parameterNames(document), func(name string) bool { return !environmentName().MatchString(name) })
	if len(names) != 1 {
		return ""
	}
	return names[0]
}

// ProposedParameter returns the [EnvironmentParameter] of a template that names no environment in another way, neither in
// the macro's declaration nor in a template parameter that the macro reads.
func (s *Section) ProposedParameter(macro string) string {
	own, _ := s.Find(macro)
	values, _ := s.document.ParameterValues(nil)
	t := environment.Template{TransformParameters: own.Parameters, ParameterValues: values}
	_, err := environment.Find(t, environment.Settings{})
	if !errors.Is(err, environment.ErrNoEnvironment) || t.AcceptsParameter() {
		return ""
	}
	return EnvironmentParameter(s.document)
}

// parameterNames lists the template's parameters; none where its Parameters section is absent or malformed.
func parameterNames(document *template.Document) (names []string) {
	section, _ := document.Sections().Find(cfn.SectionParameters)
	parameters, _ := cfn.ReadObjectAt(document.JSON(), section.Value, "Parameters")
	for _, m := range parameters.Members {
		names = append(names, m.Name)
	}
	return names
}
