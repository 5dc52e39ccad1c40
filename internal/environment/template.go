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

// telling is a name and where it was told, in words.
type telling struct{ name, by string }

// told tells a name from the ways to say that there is none, one of which is Amplify's.
func (t telling) told() bool { return t.name != "" && t.name != NotTold }

func (t telling) orEmpty() string {
	if !t.told() {
		return ""
	}
	return t.name
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

// environment returns the first answer of the places where a template may tell its environment.
func (t Template) environment() (telling, error) {
	for _, place := range []func() (telling, error){
		func() (telling, error) { return t.transformParameter(environmentParameter) },
		t.categoryStack,
		t.graphQLChild,
		t.rootStack,
	} {
		if told, err := place(); err != nil || told.told() {
			return told, err
		}
	}
	return telling{}, nil
}

// transformParameter returns a parameter of the transform. CloudFormation resolves a Ref in the Transform
// section, but not in Fn::Transform.
func (t Template) transformParameter(name string) (telling, error) {
	by, what := "transform parameter "+name, strings.ToLower(name)
	value, given := t.TransformParameters[name]
	if !given {
		return telling{}, nil
	}
	if text, ok := rawjson.Text(value); ok {
		return telling{text, by}, nil
	}
	parameter, ok := ref(value)
	if !ok {
		return telling{}, fmt.Errorf("bad %s name in %s: neither a string nor a Ref to a template parameter", what, by)
	}
	by += " (Ref " + parameter + ")"
	value, given = t.ParameterValues[parameter]
	if !given {
		return telling{}, fmt.Errorf("bad %s name in %s: the template has no such parameter; declare it, or write the name itself", what, by)
	}
	text, ok := rawjson.Text(value)
	if !ok {
		return telling{}, fmt.Errorf("bad %s name in %s: the template parameter is not a string", what, by)
	}
	return telling{text, by}, nil
}

// categoryStack reads the template parameter of Amplify's function, auth, storage and other category
// stacks.
func (t Template) categoryStack() (telling, error) { return t.templateParameter("env") }

// graphQLChild reads the template parameter through which Amplify's GraphQL stacks hand the root's env
// to their children.
func (t Template) graphQLChild() (telling, error) {
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
func (t Template) rootStack() (telling, error) {
	return t.agreed([]string{"AuthRoleName", "UnauthRoleName", "DeploymentBucketName"}, func(parameter string) (telling, error) {
		value, _ := rawjson.Text(t.ParameterValues[parameter])
		parts := rootStackName.FindStringSubmatch(value)
		if parts == nil {
			return telling{}, nil
		}
		return telling{parts[2], "template parameter " + parameter}, nil
	})
}

// agreed returns what several template parameters tell; those that tell something must tell the same.
func (t Template) agreed(parameters []string, read func(string) (telling, error)) (telling, error) {
	slices.Sort(parameters)
	var first telling
	for _, parameter := range parameters {
		told, err := read(parameter)
		switch {
		case err != nil:
			return telling{}, err
		case !told.told():
		case !first.told():
			first = told
		case told.name != first.name:
			return telling{}, fmt.Errorf("%s and %s name different environments; give the transform a parameter %s, which wins over both",
				first.by, told.by, environmentParameter)
		}
	}
	return first, nil
}

func (t Template) templateParameter(name string) (telling, error) {
	by := "template parameter " + name
	value, given := t.ParameterValues[name]
	if !given {
		return telling{}, nil
	}
	text, ok := rawjson.Text(value)
	if !ok {
		return telling{}, fmt.Errorf("bad environment name in %s: not a string", by)
	}
	return telling{text, by}, nil
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
