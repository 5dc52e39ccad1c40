package environment

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
)

// The transform's own parameters.
const (
	environmentParameter = "Environment"
	projectParameter     = "Project"
	revisionParameter    = "Revision" // ignored; a template that changes it is deployed again by tools that skip what did not change
)

// checkTransformParameters refuses names that mean nothing here: one of them could be a misspelt
// Environment.
func (t Template) checkTransformParameters() error {
	for _, name := range slices.Sorted(maps.Keys(t.TransformParameters)) {
		switch name {
		case environmentParameter, projectParameter, revisionParameter:
		default:
			return fmt.Errorf("unknown transform parameter %.80q; the transform's parameters are %s, %s and %s",
				name, environmentParameter, projectParameter, revisionParameter)
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
	source, kind := "transform parameter "+name, strings.ToLower(name)
	value, present := t.TransformParameters[name]
	if !present {
		return setting{}, nil
	}
	if text, isString := cfn.Text(value); isString {
		return newSetting(kind, text, source)
	}
	parameter, isRef := ref(value)
	if !isRef {
		return setting{}, fmt.Errorf("bad %s name in %s: neither a string nor a Ref to a template parameter", kind, source)
	}
	source += " (Ref " + parameter + ")"
	value, present = t.ParameterValues[parameter]
	if !present {
		return setting{}, fmt.Errorf("bad %s name in %s: the template has no such parameter; declare it, or write the name itself", kind, source)
	}
	text, isString := cfn.Text(value)
	if !isString {
		return setting{}, fmt.Errorf("bad %s name in %s: the template parameter is not a string", kind, source)
	}
	return newSetting(kind, text, source)
}

// categoryStack reads the template parameter of Amplify's function, auth, storage and other category
// stacks.
func (t Template) categoryStack() (setting, error) { return t.templateParameter("env") }

// graphQLChild reads the template parameter through which Amplify's GraphQL stacks hand the root's env
// to their children.
func (t Template) graphQLChild() (setting, error) {
	var names []string
	for name := range t.ParameterValues {
		if strings.HasPrefix(name, "referencetotransformerrootstackenv") && strings.HasSuffix(name, "Ref") && mayBeParameter(name) {
			names = append(names, name)
		}
	}
	return t.agreed(names, t.templateParameter)
}

// rootStackName matches the names that Amplify gives a root stack's roles and bucket; the suffix was six
// digits in its older versions. It is compiled when it is first needed, which most requests do not wait for.
var rootStackName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^amplify-([a-zA-Z0-9]+)-([a-z]{2,10})-([0-9a-f]{5}|\d{6})-(authRole|unauthRole|deployment)$`)
})

// rootStack reads the names in the template parameters of Amplify's root stack, which has no env.
func (t Template) rootStack() (setting, error) {
	return t.agreed([]string{"AuthRoleName", "UnauthRoleName", "DeploymentBucketName"}, func(parameter string) (setting, error) {
		value, isString := cfn.Text(t.ParameterValues[parameter])
		name := ""
		switch {
		case !isString:
		case strings.Contains(value, unknownValue):
			name = value
		default:
			if parts := rootStackName().FindStringSubmatch(value); parts != nil {
				name = parts[2]
			}
		}
		return newSetting("environment", name, "template parameter "+parameter)
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
			return setting{}, fmt.Errorf("%s names environment %s, but %s names environment %s; give the transform a parameter %s, which wins over both",
				first.source, first.name, named.source, named.name, environmentParameter)
		}
	}
	return first, nil
}

func (t Template) templateParameter(name string) (setting, error) {
	source := "template parameter " + name
	value, present := t.ParameterValues[name]
	if !present {
		return setting{}, nil
	}
	text, isString := cfn.Text(value)
	if !isString {
		return setting{}, fmt.Errorf("bad environment name in %s: not a string", source)
	}
	return newSetting("environment", text, source)
}

// ref returns the name in {"Ref": name}, if a template parameter may have that name.
func ref(value jsontext.Value) (name string, isRef bool) {
	function, argument, isCall := cfn.Call(value)
	if !isCall || function != cfn.FunctionRef {
		return "", false
	}
	name, _ = cfn.Text(argument)
	return name, mayBeParameter(name)
}

// mayBeParameter reports whether a template parameter, or a pseudo parameter, may have a name. Messages and
// the log repeat such names only.
func mayBeParameter(name string) bool {
	const limit = 255
	return name != "" && len(name) <= limit && strings.Trim(name, alphanumeric+":") == ""
}
