package environment

import (
	"fmt"
	"slices"
	"strings"

	"amplify-boundary/internal/cfn"
	"amplify-boundary/internal/lazyregexp"
)

// The parameters of the transform.
const (
	environmentParameter = "Environment"
	projectParameter     = "Project"
	revisionParameter    = "Revision" // ignored; a template changes it so that tools that skip unchanged templates deploy again
)

// environment returns the environment that the template names, by the first source that names one: the transform's own
// parameter, and then template parameters.
func (t Template) environment() (setting, error) {
	named, err := t.transformParameter(environmentParameter)
	for _, names := range t.templateParameters() {
		if err != nil || named.isSet() {
			break
		}
		named, err = t.agreed(names)
	}
	return named, err
}

// templateParameters lists the template parameters that [Find] reads: env, which Amplify's category stacks have, such as
// function, auth, and storage; those by which its GraphQL stacks pass env to their nested stacks; and those of its root
// stack.
func (t Template) templateParameters() [][]string {
	var children []string
	for name := range t.ParameterValues {
		if strings.HasPrefix(name, "referencetotransformerrootstackenv") && strings.HasSuffix(name, "Ref") && mayBeParameter(name) {
			children = append(children, name)
		}
	}
	slices.Sort(children)
	return [][]string{{"env"}, children, rootStackParameters()}
}

// AcceptsParameter reports whether the value of a template parameter, as it is given when the template is deployed, can
// name the environment: the transform's parameter is a Ref, or the template has a parameter that [Find] reads.
func (t Template) AcceptsParameter() bool {
	if value := t.TransformParameters[environmentParameter]; len(value) > 0 && value.Kind() != '"' {
		return true
	}
	return slices.ContainsFunc(slices.Concat(t.templateParameters()...), func(name string) bool {
		_, present := t.ParameterValues[name]
		return present
	})
}

// transformParameter returns the name in a parameter of the transform. CloudFormation resolves a Ref in the Transform
// section, but not one in Fn::Transform.
func (t Template) transformParameter(name string) (setting, error) {
	source, kind := "transform parameter "+name, strings.ToLower(name)
	value, present := t.TransformParameters[name]
	if !present {
		return setting{}, nil
	}
	parameter, isRef := cfn.Ref(value)
	if isRef = isRef && mayBeParameter(parameter); isRef {
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

// rootStackParameters are the template parameters of Amplify's root stack, which has no env, whose values have the
// environment's name in them.
func rootStackParameters() []string {
	return []string{"AuthRoleName", "DeploymentBucketName", "UnauthRoleName"}
}

// rootStackName matches the names of the roles and the bucket of Amplify's root stack. Older versions have a suffix of
// six digits.
var rootStackName = lazyregexp.New(`^amplify-([a-zA-Z0-9]+)-([a-z]{2,10})-([0-9a-f]{5}|\d{6})-(authRole|unauthRole|deployment)$`)

// agreed returns the name that several template parameters set. It fails where they set different ones.
func (t Template) agreed(parameters []string) (setting, error) {
	var first setting
	for _, parameter := range parameters {
		named, err := t.templateParameter(parameter)
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

// templateParameter returns the name in a template parameter. One of the root stack names no environment where its value has
// another form.
func (t Template) templateParameter(name string) (setting, error) {
	source := "template parameter " + name
	value, present := t.ParameterValues[name]
	text, isString := cfn.Text(value)
	switch {
	case !present:
		return setting{}, nil
	case slices.Contains(rootStackParameters(), name) && !strings.Contains(text, unknownValue):
		parts := rootStackName().FindStringSubmatch(text)
		if parts == nil {
			return setting{}, nil
		}
		text = parts[2]
	case !isString:
		return setting{}, fmt.Errorf("bad environment name in %s: it must be a string", source)
	}
	return newSetting("environment", text, source)
}

// mayBeParameter reports whether a name can be that of a template parameter or a pseudo parameter. Messages and the log
// repeat only such names.
func mayBeParameter(name string) bool {
	const limit = 255
	return name != "" && len(name) <= limit && strings.Trim(name, alphanumeric+":") == ""
}
