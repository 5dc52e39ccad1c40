package environment

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/lazyregexp"
)

// The parameters of the transform.
const (
	environmentParameter = "Environment"
	projectParameter     = "Project"
	revisionParameter    = "Revision" // ignored; a template changes it so that tools that skip unchanged templates deploy again
)

// checkTransformParameters refuses unknown names, because one of them could be a misspelt Environment.
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

// environment returns the environment that the template names, by the first source that names one.
func (t Template) environment() (setting, error) {
	for _, source := range []func() (setting, error){
		func() (setting, error) { return t.transformParameter(environmentParameter) },
		t.categoryStack,
		t.graphQLChild,
		t.rootStack,
	} {
		if named, err := source(); err != nil || named.isSet() {
			return named, err
		}
	}
	return setting{}, nil
}

// AcceptsParameter reports whether the value of a template parameter, as it is given when the template is deployed, can
// name the environment: the transform's parameter is a Ref, or the template has a parameter that [Find] reads.
func (t Template) AcceptsParameter() bool {
	if value := t.TransformParameters[environmentParameter]; len(value) > 0 && value.Kind() != '"' {
		return true
	}
	for name := range t.ParameterValues {
		if name == categoryParameter || isGraphQLChildParameter(name) || slices.Contains(rootStackParameters(), name) {
			return true
		}
	}
	return false
}

// transformParameter returns the name in a parameter of the transform. CloudFormation resolves a Ref in the Transform
// section, but not one in Fn::Transform.
func (t Template) transformParameter(name string) (setting, error) {
	source, kind := "transform parameter "+name, strings.ToLower(name)
	value, present := t.TransformParameters[name]
	if !present {
		return setting{}, nil
	}
	parameter, isRef := ref(value)
	if isRef {
		source += " (Ref " + parameter + ")"
		if value, present = t.ParameterValues[parameter]; !present {
			return setting{}, fmt.Errorf("bad %s name in %s: the template has no such parameter; declare it, or write the name instead", kind, source)
		}
	}
	text, isString := cfn.Text(value)
	switch {
	case isString:
		return newSetting(kind, text, source)
	case isRef:
		return setting{}, fmt.Errorf("bad %s name in %s: the template parameter is not a string", kind, source)
	default:
		return setting{}, fmt.Errorf("bad %s name in %s: it must be a string, or a Ref to a template parameter", kind, source)
	}
}

// categoryStack reads the template parameter of Amplify's category stacks, such as function, auth, and storage.
func (t Template) categoryStack() (setting, error) {
	return t.templateParameter(categoryParameter)
}

const categoryParameter = "env"

// graphQLChild reads the template parameter by which Amplify's GraphQL stacks pass env to their nested stacks.
func (t Template) graphQLChild() (setting, error) {
	var names []string
	for name := range t.ParameterValues {
		if isGraphQLChildParameter(name) {
			names = append(names, name)
		}
	}
	return t.agreed(names, t.templateParameter)
}

func isGraphQLChildParameter(name string) bool {
	return strings.HasPrefix(name, "referencetotransformerrootstackenv") && strings.HasSuffix(name, "Ref") && mayBeParameter(name)
}

// rootStackParameters are the template parameters of Amplify's root stack whose values have the environment's name in them.
func rootStackParameters() []string {
	return []string{"AuthRoleName", "UnauthRoleName", "DeploymentBucketName"}
}

// rootStackName matches the names of the roles and the bucket of Amplify's root stack. Older versions have a suffix of
// six digits.
var rootStackName = lazyregexp.New(`^amplify-([a-zA-Z0-9]+)-([a-z]{2,10})-([0-9a-f]{5}|\d{6})-(authRole|unauthRole|deployment)$`)

// rootStack reads the names in the template parameters of Amplify's root stack, which has no env.
func (t Template) rootStack() (setting, error) {
	return t.agreed(rootStackParameters(), func(parameter string) (setting, error) {
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

// agreed returns the name that several template parameters set. It fails where they set different ones.
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
			return setting{}, fmt.Errorf("%s names environment %s, but %s names environment %s; add the transform parameter %s, which takes precedence",
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
		return setting{}, fmt.Errorf("bad environment name in %s: it must be a string", source)
	}
	return newSetting("environment", text, source)
}

// ref returns the name in {"Ref": name}, and reports whether it can be that of a template parameter.
func ref(value jsontext.Value) (name string, isRef bool) {
	name, isRef = cfn.Ref(value)
	return name, isRef && mayBeParameter(name)
}

// mayBeParameter reports whether a name can be that of a template parameter or a pseudo parameter. Messages and the log
// repeat only such names.
func mayBeParameter(name string) bool {
	const limit = 255
	return name != "" && len(name) <= limit && strings.Trim(name, alphanumeric+":") == ""
}
