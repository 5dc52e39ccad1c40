package transform

import (
	"bytes"
	"strings"
)

const (
	loopPrefix     = "Fn::ForEach::" // and the loop's own name
	functionPrefix = "Fn::"
	transformName  = "Fn::Transform"
)

func isLoop(name []byte) bool { return bytes.HasPrefix(name, []byte(loopPrefix)) }

func isFunction(name []byte) bool {
	return string(name) == "Ref" || strings.HasPrefix(string(name), functionPrefix)
}

// hasVariable reports whether a name or a type has a loop's variable in it, which the loop's expansion
// replaces: "Permissions${X}" may become the boundary's own name.
func hasVariable(text []byte) bool {
	return bytes.Contains(text, []byte("${")) || bytes.Contains(text, []byte("&{"))
}

// leftovers notes what another transform should have processed before: names of members that stand for
// members unknown.
type leftovers struct{ transform, loop, variable bool }

// note looks at the name of one member.
func (l *leftovers) note(name []byte) {
	switch {
	case string(name) == transformName:
		l.transform = true
	case isLoop(name):
		l.loop = true
	case hasVariable(name):
		l.variable = true
	}
}

// problem reports whether anything was noted, and the worst of it.
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
