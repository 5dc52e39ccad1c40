package environment

import "amplify-boundary/internal/lazyregexp"

// stackName matches the names of the stacks of an Amplify environment: that of the root stack, and those that
// CloudFormation derives from it for nested stacks. Older versions have a suffix of six digits.
var stackName = lazyregexp.New(`^amplify-[a-zA-Z0-9]+-([a-z]{2,10})-([0-9a-f]{5}|\d{6})(-.+)?$`)

// OfStack returns the environment of a deployed stack of which only the name is known: the fixed one, or otherwise the
// one in the name that Amplify gave to the stack. Its Name is empty where there is neither. The project is the fixed
// one, because a stack's name cannot prove it.
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

// OfAmplifyRoot returns the environment in the name of an Amplify Gen 1 root stack, and reports whether the name has
// that form.
func OfAmplifyRoot(name string) (environment string, isRoot bool) {
	parts := stackName().FindStringSubmatch(name)
	if parts == nil || parts[3] != "" {
		return "", false
	}
	return parts[1], true
}

// IsFixed reports whether the operator has fixed the environment.
func (s Settings) IsFixed() bool { return s.fixed().isSet() }

// AnyProjectAllowed reports whether templates can name a project although the environment is fixed.
func (s Settings) AnyProjectAllowed() bool { return s.Project == AnyProject }

// fixedProject returns the project that the operator has fixed; empty: templates name one.
func (s Settings) fixedProject() string {
	if s.Project == AnyProject || s.Project == Unset {
		return ""
	}
	return s.Project
}

// FixedBy returns the settings for an account that an SSM parameter fixes to an environment; empty: to none. The
// setting ENVIRONMENT takes precedence.
func (s Settings) FixedBy(environment, parameter string) Settings {
	if environment != "" && !s.IsFixed() {
		s.Fixed, s.fixedSource = environment, "SSM parameter "+parameter
	}
	return s
}
