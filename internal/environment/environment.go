// Package environment decides which environment, and which project, a template belongs to. It does no
// I/O.
//
// No error of this package repeats a value that is not the name of an environment or a project: any
// template parameter may hold a secret. Errors say where the value was set.
package environment

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/boundary"
)

// The operator's settings that [Settings] holds, as environment variables of the macro's function.
const (
	FixedSetting   = "ENVIRONMENT"
	ProjectSetting = "PROJECT"
	DefaultSetting = "DEFAULT_ENVIRONMENT"
)

// AnyProject is the value of the setting PROJECT that lets templates name a project although the
// environment is fixed.
const AnyProject = "*"

// Unset is Amplify's own word for no environment. It names none, and no project either.
const Unset = "NONE"

// ErrNoEnvironment says that neither the template nor a setting names an environment.
var ErrNoEnvironment = errors.New("the template names no environment; give the transform a parameter Environment, " +
	"or the template a parameter env whose value is the environment's name")

// Template is what a template says of its environment: values are JSON, as in a macro request.
type Template struct {
	TransformParameters map[string]jsontext.Value // the transform's own
	ParameterValues     map[string]jsontext.Value // the template parameters', defaults included
}

// Settings are the operator's choices; the empty string and [Unset] are unset.
type Settings struct {
	Fixed   string // the environment of every template
	Project string // the project of every template, or [AnyProject]
	Default string // the environment of templates that name none

	fixedSource string // where Fixed was set, if not by its setting
}

// Environment is an environment, or that of one project.
type Environment struct {
	Name    string
	Project string // empty where none is named
	Source  string // where Name was set, for messages and the log
}

// Scope returns where a boundary of the environment is to hold, in an account and a region. Either is
// empty where it is not known.
func (e Environment) Scope(accountID, region string) boundary.Scope {
	return boundary.Scope{AccountID: accountID, Region: region, Environment: e.Name, Project: e.Project}
}

// Find decides the environment of a template. It fails with [ErrNoEnvironment] where none is named, and
// where a name is bad, where names disagree, and where the template names what the operator has fixed
// otherwise.
func Find(t Template, s Settings) (Environment, error) {
	if err := t.checkTransformParameters(); err != nil {
		return Environment{}, err
	}
	project, err := t.transformParameter(projectParameter)
	if err != nil {
		return Environment{}, err
	}
	named, err := t.environment()
	if err != nil {
		return Environment{}, err
	}
	if named, err = s.environment(named); err != nil {
		return Environment{}, err
	}
	if project, err = s.project(project); err != nil {
		return Environment{}, err
	}
	if !named.isSet() {
		return Environment{}, ErrNoEnvironment
	}
	return Environment{Name: named.name, Project: project.orEmpty(), Source: named.source}, nil
}

func (s Settings) fixed() setting {
	return setting{s.Fixed, cmp.Or(s.fixedSource, "setting "+FixedSetting)}
}

// environment returns the environment that holds where a template names one, or none.
func (s Settings) environment(named setting) (setting, error) {
	switch fixed := s.fixed(); {
	case fixed.isSet() && named.isSet() && named.name != fixed.name:
		return setting{}, fmt.Errorf("the template names environment %s (%s), but only environment %s is deployed here (%s); "+
			"deploy it where %s belongs, or take the name out of the template", named.name, named.source, fixed.name, fixed.source, named.name)
	case fixed.isSet():
		return fixed, nil
	case named.isSet():
		return named, nil
	default:
		return setting{s.Default, "setting " + DefaultSetting}, nil
	}
}

// project returns the project that holds where a template names one, or none. The values of a project
// win over those of the environment, so with a project the author of a template would choose the boundary
// again that the operator has fixed with the environment.
func (s Settings) project(named setting) (setting, error) {
	fixed := setting{s.Project, "setting " + ProjectSetting}
	switch {
	case fixed.name == AnyProject:
		return named, nil
	case fixed.isSet() && named.isSet() && named.name != fixed.name:
		return setting{}, fmt.Errorf("the template names project %s (%s), but only project %s is deployed here (%s); "+
			"deploy it where %s belongs, or take the name out of the template", named.name, named.source, fixed.name, fixed.source, named.name)
	case fixed.isSet():
		return fixed, nil
	case named.isSet() && s.fixed().isSet():
		return setting{}, fmt.Errorf("the template names project %s (%s), but the environment is fixed to %s (%s), and a project's boundaries would win over it; "+
			"take the project out of the template, or have the operator fix it by setting %s, which lets templates name any where it is %s",
			named.name, named.source, s.Fixed, s.fixed().source, ProjectSetting, AnyProject)
	default:
		return named, nil
	}
}
