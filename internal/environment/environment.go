// Package environment decides which environment and which project applies: to a template, to a deployed stack, and in
// an account that the operator has fixed to one. It does no I/O.
//
// Errors say where a name was set. They repeat only names of environments and projects, because any other template
// parameter can hold a secret.
package environment

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/boundary"
)

// The operator's settings that [Settings] holds, as environment variables of the macro's function.
const (
	FixedSetting   = "ENVIRONMENT"
	ProjectSetting = "PROJECT"
	DefaultSetting = "DEFAULT_ENVIRONMENT"
)

// AnyProject is the value of the setting PROJECT by which templates can name a project although the environment is
// fixed.
const AnyProject = "*"

// Unset is Amplify's own word for no environment. As a project, it means no project.
const Unset = "NONE"

// ErrNoEnvironment reports that neither the template nor a setting names an environment.
var ErrNoEnvironment = errors.New("no environment is set: add the transform parameter Environment")

// Template is what can name a template's environment. Values are JSON, as in a macro request.
type Template struct {
	TransformParameters map[string]jsontext.Value // of the transform itself
	ParameterValues     map[string]jsontext.Value // of the template's parameters, defaults included
}

// Settings are the operator's choices; the empty string and [Unset] are unset.
type Settings struct {
	Fixed   string // the environment of every template
	Project string // the project of every template, or [AnyProject]
	Default string // the environment of templates that name none

	fixedSource string // where Fixed was set; empty: by the setting [FixedSetting]
}

// Environment is an environment of all projects, or of one project.
type Environment struct {
	Name    string
	Project string // empty: none is named
	Source  string // where Name was set, for messages and the log
}

// String names the environment in a sentence.
func (e Environment) String() string {
	if e.Project == "" {
		return "environment " + e.Name
	}
	return "environment " + e.Name + " of project " + e.Project
}

// Scope returns the scope of the environment's boundary in an account and a region. Either can be empty: not known.
func (e Environment) Scope(accountID, region string) boundary.Scope {
	return boundary.Scope{AccountID: accountID, Region: region, Environment: e.Name, Project: e.Project}
}

// Find decides the environment of a template. It fails with [ErrNoEnvironment] where none is named, and with an error
// that says what to change where a name is bad, where names disagree, and where the template names another environment
// or project than the fixed one.
func Find(t Template, s Settings) (Environment, error) {
	for _, name := range slices.Sorted(maps.Keys(t.TransformParameters)) {
		if name != environmentParameter && name != projectParameter && name != revisionParameter { // it could be a misspelt Environment
			return Environment{}, fmt.Errorf("unknown transform parameter %.80q; the transform's parameters are %s, %s and %s",
				name, environmentParameter, projectParameter, revisionParameter)
		}
	}
	project, err := t.transformParameter(projectParameter)
	if err != nil {
		return Environment{}, err
	}
	named, err := t.environment()
	if err != nil {
		return Environment{}, err
	}
	fixed, fixedProject := s.fixed(), setting{s.fixedProject(), "setting " + ProjectSetting}
	switch {
	case fixed.isSet() && named.isSet() && named.name != fixed.name:
		return Environment{}, fmt.Errorf("the template names environment %s (%s), but this account accepts only environment %s (%s); "+
			"deploy the stack in %s's account, or remove the name", named.name, named.source, fixed.name, fixed.source, named.name)
	case fixed.isSet():
		named = fixed
	case !named.isSet():
		named = setting{s.Default, "setting " + DefaultSetting}
	}
	// A project's boundaries take precedence over the environment's. So where the environment is fixed, a template that could
	// name a project would choose its boundary again.
	switch {
	case s.AnyProjectAllowed():
	case fixedProject.isSet() && project.isSet() && project.name != fixedProject.name:
		return Environment{}, fmt.Errorf("the template names project %s (%s), but this account accepts only project %s (%s); "+
			"deploy the stack in %s's account, or remove the name", project.name, project.source, fixedProject.name, fixedProject.source, project.name)
	case fixedProject.isSet():
		project = fixedProject
	case fixed.isSet() && project.isSet():
		return Environment{}, fmt.Errorf("the template names project %s (%s), but the environment is fixed to %s (%s), and a project's boundaries would take precedence; "+
			"remove the project, or ask the operator to set %s to %s, or to %s for any project",
			project.name, project.source, fixed.name, fixed.source, ProjectSetting, project.name, AnyProject)
	}
	if !named.isSet() {
		return Environment{}, ErrNoEnvironment
	}
	if !project.isSet() {
		project.name = ""
	}
	return Environment{Name: named.name, Project: project.name, Source: named.source}, nil
}

func (s Settings) fixed() setting {
	return setting{s.Fixed, cmp.Or(s.fixedSource, "setting "+FixedSetting)}
}
