package environment

import (
	"fmt"
	"strings"
)

// NamePattern matches what an environment or a project may be called. Names go into SSM parameter names; a
// leading underscore is reserved for _default, and a leading period would not be a name.
const NamePattern = `[A-Za-z0-9-][A-Za-z0-9_.-]{0,63}`

// NameRule states the form of names, for messages.
const NameRule = "1 to 64 of A-Z a-z 0-9 . _ -, not beginning with . or _"

// alphanumeric are the characters that every name may have.
const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// ValidName reports whether an environment or a project may have the name. It says the same as
// [NamePattern], which takes longer to compile than all names of a request take to check.
func ValidName(name string) bool {
	const limit = 64
	switch {
	case name == "", len(name) > limit, name[0] == '.', name[0] == '_':
		return false
	default:
		return strings.Trim(name, alphanumeric+"_.-") == ""
	}
}

// setting is a name and where it was set, for messages.
type setting struct{ name, source string }

// isSet reports whether there is a name.
func (s setting) isSet() bool { return s.name != "" && s.name != Unset }

func (s setting) orEmpty() string {
	if !s.isSet() {
		return ""
	}
	return s.name
}

// unknownValue begins what CloudFormation gives for another resource's output when it makes a change set
// with nested stacks: the output is not known before the resource is there.
const unknownValue = "{{IntrinsicFunction:"

// newSetting checks the name of a kind, environment or project, that a template sets.
func newSetting(kind, name, source string) (setting, error) {
	s := setting{name, source}
	switch {
	case strings.Contains(name, unknownValue):
		return setting{}, fmt.Errorf("the %s name in %s is not known at this time: the change set includes nested stacks, "+
			"and has %s...}} in the place of another resource's output; pass the name as a literal, or as the transform's parameter", kind, source, unknownValue)
	case s.isSet() && !ValidName(name):
		return setting{}, fmt.Errorf("bad %s name in %s: it must be %s", kind, source, NameRule)
	}
	return s, nil
}
