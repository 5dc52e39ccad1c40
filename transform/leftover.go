package transform

import (
	"bytes"

	"amplify-boundary/internal/cfn"
)

func isLoop(name []byte) bool { return bytes.HasPrefix(name, []byte(cfn.LoopPrefix)) }

// hasVariable reports whether a name or a type contains a loop variable, which the loop's expansion replaces:
// "Permissions${X}" could become the boundary's own name.
func hasVariable[text string | []byte](name text) bool {
	return bytes.Contains([]byte(name), []byte("${")) || bytes.Contains([]byte(name), []byte("&{"))
}

// leftovers are what another transform should have processed before: members whose names stand for unknown members.
type leftovers struct{ transform, loop, variable bool }

// observe looks at the name of one member.
func (l *leftovers) observe(name []byte) {
	switch {
	case string(name) == cfn.FunctionTransform:
		l.transform = true
	case isLoop(name):
		l.loop = true
	case hasVariable(name):
		l.variable = true
	}
}

// problem returns the first problem by advice, and reports whether there is one.
func (l leftovers) problem() (Problem, bool) {
	switch {
	case l.transform:
		return LeftoverTransform, true
	case l.loop:
		return LoopInside, true
	case l.variable:
		return LoopVariableName, true
	default:
		return 0, false
	}
}
