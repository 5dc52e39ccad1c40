// Package environment decides which environment, and which project, a template belongs to. It does no
// I/O.
//
// No error of this package repeats a value, since any template parameter may hold a secret; errors say
// where the value was told.
package environment

import (
	"errors"
	"fmt"
	"regexp"

	"github.com/go-json-experiment/json/jsontext"
)

// Template is what a template tells: values are JSON, as in a macro request.
type Template struct {
	TransformParameters map[string]jsontext.Value // the transform's own
	ParameterValues     map[string]jsontext.Value // the template parameters', defaults included
}

// Settings are what the operator of the macro tells; empty is not told.
type Settings struct {
	Fixed   string // wins over every template
	Default string // for templates that tell none
}

// Environment is an environment, or that of one project.
type Environment struct {
	Name    string
	Project string // empty where none was told
	ToldBy  string // where Name was told, in words
}

// NamePattern matches what an environment or a project may be called. Names go into SSM parameter names; a
// leading underscore is reserved for _default, and a leading period would not be a name.
const NamePattern = `[A-Za-z0-9-][A-Za-z0-9_.-]{0,63}`

var namePattern = regexp.MustCompile("^" + NamePattern + "$")

// NotTold is Amplify's own word for no environment. It is no environment's name.
const NotTold = "NONE"

// NameRule states the form of names, for messages.
const NameRule = "1 to 64 of A-Z a-z 0-9 . _ -, not beginning with . or _"

// ValidName tells whether an environment or a project may have the name.
func ValidName(name string) bool { return namePattern.MatchString(name) }

// ErrNotTold says that nobody tells a template's environment.
var ErrNotTold = errors.New("the template tells no environment; give the transform a parameter Environment, " +
	"or the template a parameter env whose value is the environment's name")

// Find decides the environment of a template. It fails where none is told, where a name is bad, where
// Amplify's own names disagree, and where the template tells another environment than the fixed one.
func Find(t Template, s Settings) (Environment, error) {
	if err := t.checkTransformParameters(); err != nil {
		return Environment{}, err
	}
	project, err := t.transformParameter(projectParameter)
	if err != nil {
		return Environment{}, err
	}
	if project.told() && !ValidName(project.name) {
		return Environment{}, fmt.Errorf("bad project name in %s: it must be %s", project.by, NameRule)
	}
	told, err := t.environment()
	if err != nil {
		return Environment{}, err
	}
	if told.told() && !ValidName(told.name) {
		return Environment{}, fmt.Errorf("bad environment name in %s: it must be %s", told.by, NameRule)
	}

	fixed := telling{s.Fixed, "setting ENVIRONMENT"}
	byDefault := telling{s.Default, "setting DEFAULT_ENVIRONMENT"}
	switch {
	case fixed.told() && told.told() && told.name != fixed.name:
		return Environment{}, fmt.Errorf("the template tells environment %s (%s), but only environment %s is deployed here (%s); "+
			"deploy it where %s belongs, or take the name out of the template", told.name, told.by, fixed.name, fixed.by, told.name)
	case fixed.told():
		told = fixed
	case told.told():
	case byDefault.told():
		told = byDefault
	default:
		return Environment{}, ErrNotTold
	}
	return Environment{Name: told.name, Project: project.orEmpty(), ToldBy: told.by}, nil
}
