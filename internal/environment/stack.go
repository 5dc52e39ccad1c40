package environment

import (
	"regexp"
	"sync"
)

// stackName matches the names of the stacks of an Amplify environment: the root's, and those that
// CloudFormation makes of it for nested stacks. The suffix was six digits in older versions.
var stackName = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^amplify-[a-zA-Z0-9]+-([a-z]{2,10})-([0-9a-f]{5}|\d{6})(-.+)?$`)
})

// OfStack returns the environment of a deployed stack of which only the name is known: the fixed one, or
// the one in the name that Amplify gave the stack. Its Name is empty where neither is there. The project is
// the fixed one: no stack's name is one to trust for it.
func OfStack(name string, s Settings) Environment {
	e := Environment{Project: s.fixedProject()}
	if fixed := s.fixed(); fixed.isSet() {
		e.Name, e.Source = fixed.name, fixed.source
		return e
	}
	if parts := stackName().FindStringSubmatch(name); parts != nil {
		e.Name, e.Source = parts[1], "the stack's name"
	}
	return e
}

// OfAmplifyRoot returns the environment in the name that Amplify Gen 1 gives to a root stack, and reports whether a
// name is one.
func OfAmplifyRoot(name string) (environment string, isRoot bool) {
	parts := stackName().FindStringSubmatch(name)
	if parts == nil || parts[3] != "" {
		return "", false
	}
	return parts[1], true
}

// IsFixed reports whether the operator has fixed the environment.
func (s Settings) IsFixed() bool { return s.fixed().isSet() }

// AnyProjectAllowed reports whether templates may name a project although the environment is fixed.
func (s Settings) AnyProjectAllowed() bool { return s.Project == AnyProject }

// fixedProject returns the project that the operator has fixed; it is empty where templates name one.
func (s Settings) fixedProject() string {
	if s.Project == AnyProject {
		return ""
	}
	return setting{name: s.Project}.orEmpty()
}

// FixedBy returns the settings of an account that the registry fixes to an environment, in the SSM
// parameter of that name. What the setting ENVIRONMENT says goes first.
func (s Settings) FixedBy(environment, parameter string) Settings {
	if environment != "" && !s.IsFixed() {
		s.Fixed, s.fixedSource = environment, "SSM parameter "+parameter
	}
	return s
}
