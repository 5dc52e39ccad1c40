package environment

import (
	"fmt"
	"strings"
)

// NamePattern matches the name of an environment or a project. Names become parts of SSM parameter names, where the
// product reserves a leading underscore, and a leading period is not a name.
const NamePattern = `[A-Za-z0-9-][A-Za-z0-9_.-]{0,63}`

// NameRule is [NamePattern] in words, for messages.
const NameRule = "1 to 64 of A-Z a-z 0-9 . _ -, not beginning with . or _"

// alphanumeric are the characters that are allowed anywhere in a name.
const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// ValidName reports whether a name matches [NamePattern], without compiling it: that takes longer than checking all
// names of a request.
func ValidName(name string) bool {
	const limit = 64
	return name != "" && len(name) <= limit && name[0] != '.' && name[0] != '_' && strings.Trim(name, alphanumeric+"_.-") == ""
}

// setting is a name and where it was set, for messages.
type setting struct{ name, source string }

// isSet reports whether there is a name.
func (s setting) isSet() bool { return s.name != "" && s.name != Unset }

// unknownValue begins the placeholder for another resource's output in a change set with nested stacks: the output is
// not known before the resource exists.
const unknownValue = "{{IntrinsicFunction:"

// newSetting returns a name that a template sets. It fails where the name of that kind, environment or project, is not
// known or not valid.
func newSetting(kind, name, source string) (setting, error) {
	s := setting{name, source}
	switch {
	case strings.Contains(name, unknownValue):
		return setting{}, fmt.Errorf("the %s name in %s is not known yet: the change set contains a placeholder for another resource's output (%s...}}); "+
			"pass the name as a literal, or as the transform's parameter", kind, source, unknownValue)
	case s.isSet() && !ValidName(name):
		return setting{}, fmt.Errorf("bad %s name in %s: it must be %s", kind, source, NameRule)
	}
	return s, nil
}
