// Package environment decides which environment, and which project, a template belongs to. It does no
// I/O.
//
// No error of this package repeats a value, since any template parameter may hold a secret; errors say
// where the value was set.
package environment

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/go-json-experiment/json/jsontext"
)

// Template is what a template says of its environment: values are JSON, as in a macro request.
type Template struct {
	TransformParameters map[string]jsontext.Value // the transform's own
	ParameterValues     map[string]jsontext.Value // the template parameters', defaults included
}

// Settings are the operator's choices; the empty string is unset.
type Settings struct {
	Fixed   string // wins over every template
	Default string // for templates that name none
}

// Environment is an environment, or that of one project.
type Environment struct {
	Name    string
	Project string // empty where none is named
	Source  string // where Name was set, for messages and the log
}

// NamePattern matches what an environment or a project may be called. Names go into SSM parameter names; a
// leading underscore is reserved for _default, and a leading period would not be a name.
const NamePattern = `[A-Za-z0-9-][A-Za-z0-9_.-]{0,63}`

var namePattern = regexp.MustCompile("^" + NamePattern + "$")

// Unset is Amplify's own word for no environment. It is no environment's name.
const Unset = "NONE"

// NameRule states the form of names, for messages.
const NameRule = "1 to 64 of A-Z a-z 0-9 . _ -, not beginning with . or _"

// ValidName reports whether an environment or a project may have the name.
func ValidName(name string) bool { return namePattern.MatchString(name) }

// ErrNoEnvironment says that neither the template nor a setting names an environment.
var ErrNoEnvironment = errors.New("the template names no environment; give the transform a parameter Environment, " +
	"or the template a parameter env whose value is the environment's name")

// Find decides the environment of a template. It fails where none is named, where a name is bad, where
// Amplify's own names disagree, and where the template names another environment than the fixed one.
func Find(t Template, s Settings) (Environment, error) {
	if err := t.checkTransformParameters(); err != nil {
		return Environment{}, err
	}
	project, err := t.transformParameter(projectParameter)
	if err != nil {
		return Environment{}, err
	}
	if project.isSet() && !ValidName(project.name) {
		return Environment{}, fmt.Errorf("bad project name in %s: it must be %s", project.source, NameRule)
	}
	named, err := t.environment()
	if err != nil {
		return Environment{}, err
	}
	if named.isSet() && !ValidName(named.name) {
		return Environment{}, fmt.Errorf("bad environment name in %s: it must be %s", named.source, NameRule)
	}

	fixed := setting{s.Fixed, "setting ENVIRONMENT"}
	byDefault := setting{s.Default, "setting DEFAULT_ENVIRONMENT"}
	switch {
	case fixed.isSet() && named.isSet() && named.name != fixed.name:
		return Environment{}, fmt.Errorf("the template names environment %s (%s), but only environment %s is deployed here (%s); "+
			"deploy it where %s belongs, or take the name out of the template", named.name, named.source, fixed.name, fixed.source, named.name)
	case fixed.isSet():
		named = fixed
	case named.isSet():
	case byDefault.isSet():
		named = byDefault
	default:
		return Environment{}, ErrNoEnvironment
	}
	return Environment{Name: named.name, Project: project.orEmpty(), Source: named.source}, nil
}
