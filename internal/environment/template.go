package environment

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/rawjson"
)

// The transform's own parameters.
const (
	environmentParameter = "Environment"
	projectParameter     = "Project"
)

// setting is a name and where it was set, for messages.
type setting struct{ name, source string }

// isSet reports whether there is a name. Amplify's NONE is none.
func (s setting) isSet() bool { return s.name != "" && s.name != Unset }

func (s setting) orEmpty() string {
	if !s.isSet() {
		return ""
	}
	return s.name
}

// checkTransformParameters refuses names that mean nothing here: one of them could be a misspelt
// Environment.
func (t Template) checkTransformParameters() error {
	for _, name := range slices.Sorted(maps.Keys(t.TransformParameters)) {
		if name != environmentParameter && name != projectParameter {
			return fmt.Errorf("unknown transform parameter %.80q; the transform's parameters are %s and %s",
				name, environmentParameter, projectParameter)
		}
	}
	return nil
}

// environment returns the first answer of the places where a template may name its environment.
func (t Template) environment() (setting, error) {
	for _, place := range []func() (setting, error){
		func() (setting, error) { return t.transformParameter(environmentParameter) },
		t.categoryStack,
		t.graphQLChild,
		t.rootStack,
	} {
		if named, err := place(); err != nil || named.isSet() {
			return named, err
		}
	}
	return setting{}, nil
}

// transformParameter returns a parameter of the transform. CloudFormation resolves a Ref in the Transform
// section, but not in Fn::Transform.
func (t Template) transformParameter(name string) (setting, error) {
	source, what := "transform parameter "+name, strings.ToLower(name)
	value, given := t.TransformParameters[name]
	if !given {
		return setting{}, nil
	}
	if text, ok := rawjson.Text(value); ok {
		return setting{text, source}, nil
	}
	parameter, ok := ref(value)
	if !ok {
		return setting{}, fmt.Errorf("bad %s name in %s: neither a string nor a Ref to a template parameter", what, source)
	}
	source += " (Ref " + parameter + ")"
	value, given = t.ParameterValues[parameter]
	if !given {
		return setting{}, fmt.Errorf("bad %s name in %s: the template has no such parameter; declare it, or write the name itself", what, source)
	}
	text, ok := rawjson.Text(value)
	if !ok {
		return setting{}, fmt.Errorf("bad %s name in %s: the template parameter is not a string", what, source)
	}
	return setting{text, source}, nil
}

// categoryStack reads the template parameter of Amplify's function, auth, storage and other category
// stacks.
func (t Template) categoryStack() (setting, error) { return t.templateParameter("env") }

// graphQLChild reads the template parameter through which Amplify's GraphQL stacks hand the root's env
// to their children.
func (t Template) graphQLChild() (setting, error) {
	var names []string
	for name := range t.ParameterValues {
		if strings.HasPrefix(name, "referencetotransformerrootstackenv") && strings.HasSuffix(name, "Ref") {
			names = append(names, name)
		}
	}
	return t.agreed(names, t.templateParameter)
}

// rootStackName matches the names that Amplify gives a root stack's roles and bucket; the suffix was six
// digits in its older versions.
var rootStackName = regexp.MustCompile(`^amplify-([a-zA-Z0-9]+)-([a-z]{2,10})-([0-9a-f]{5}|\d{6})-(authRole|unauthRole|deployment)$`)

// rootStack reads the names in the template parameters of Amplify's root stack, which has no env.
func (t Template) rootStack() (setting, error) {
	return t.agreed([]string{"AuthRoleName", "UnauthRoleName", "DeploymentBucketName"}, func(parameter string) (setting, error) {
		value, _ := rawjson.Text(t.ParameterValues[parameter])
		parts := rootStackName.FindStringSubmatch(value)
		if parts == nil {
			return setting{}, nil
		}
		return setting{parts[2], "template parameter " + parameter}, nil
	})
}

// agreed returns the name that several template parameters give. Those that give one must give the same.
func (t Template) agreed(parameters []string, read func(string) (setting, error)) (setting, error) {
	slices.Sort(parameters)
	var first setting
	for _, parameter := range parameters {
		named, err := read(parameter)
		switch {
		case err != nil:
			return setting{}, err
		case !named.isSet():
		case !first.isSet():
			first = named
		case named.name != first.name:
			return setting{}, fmt.Errorf("%s and %s name different environments; give the transform a parameter %s, which wins over both",
				first.source, named.source, environmentParameter)
		}
	}
	return first, nil
}

func (t Template) templateParameter(name string) (setting, error) {
	source := "template parameter " + name
	value, given := t.ParameterValues[name]
	if !given {
		return setting{}, nil
	}
	text, ok := rawjson.Text(value)
	if !ok {
		return setting{}, fmt.Errorf("bad environment name in %s: not a string", source)
	}
	return setting{text, source}, nil
}

// parameterName matches what a template parameter may be called. Messages repeat such names only.
var parameterName = regexp.MustCompile(`^[A-Za-z0-9:]{1,255}$`)

// ref returns the name in {"Ref": name}.
func ref(value jsontext.Value) (name string, isRef bool) {
	object, err := rawjson.Members(value, "")
	if err != nil || len(object) != 1 {
		return "", false
	}
	name, _ = rawjson.Text(object["Ref"])
	return name, parameterName.MatchString(name)
}
