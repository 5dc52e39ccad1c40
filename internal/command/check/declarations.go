package check

import (
	"slices"

	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/template"
	"amplify-boundary/internal/template/expand"
	"amplify-boundary/transform"
)

const (
	samTransform   = "AWS::Serverless-2016-10-31"
	loopsTransform = "AWS::LanguageExtensions"
)

// declarations are the transforms that a template declares.
type declarations struct {
	macro string

	// all are the transforms that run over all resources, in the order in which CloudFormation runs them: those that
	// Fn::Transform declares among the resources, then those of the section.
	all        []stage
	macroIndex int // the last of them that is the macro; -1 where none is

	// parts are the transforms that run before, over a part of the resources, in their order.
	parts []part

	wholes []expand.Snippet // the snippets that declare transforms over all resources
}

// stage is a transform that runs over all resources.
type stage struct {
	declare.Transform
	inSection bool
	line      int // of the declaration
}

// part is a snippet that covers a part of the resources.
type part struct {
	expand.Snippet
	at        position
	logicalID string // the resource in which it lies, or the loop
}

func newDeclarations(macro string, document *template.Document, section []declare.Transform, snippets []expand.Snippet) declarations {
	d := declarations{macro: macro, macroIndex: -1}
	for _, snippet := range snippets {
		at, logicalID := positionOf(snippet.Path)
		if at != allOfThem && at != allOfIt {
			d.parts = append(d.parts, part{snippet, at, logicalID})
			continue
		}
		d.wholes = append(d.wholes, snippet)
		line := document.Line(append(slices.Collect(snippet.Path.Tokens()), "Fn::Transform")...)
		for _, t := range snippet.Transforms {
			d.all = append(d.all, stage{t, false, line})
		}
	}
	line := document.Line("Transform")
	for _, t := range section {
		d.all = append(d.all, stage{t, true, line})
	}
	for i, s := range d.all {
		if d.isMacro(s.Transform) {
			d.macroIndex = i
		}
	}
	return d
}

func (d declarations) isMacro(t declare.Transform) bool { return declare.IsMacro(t.Name, d.macro) }

// mayBring reports whether a transform may bring resources that the template does not show. Loops show theirs: one whose
// types cannot be seen is a fault of its own.
func (d declarations) mayBring(t declare.Transform) bool {
	return !d.isMacro(t) && t.Name != loopsTransform
}

// declaration is a declaration of the macro.
type declaration struct {
	declare.Transform
	line      int    // of the declaration; 0 in a part of the resources
	logicalID string // of the resource, or the loop, in which it stands; empty in none
}

// ofMacro lists the declarations of the macro, in the order in which CloudFormation runs them. What stands where no role can be does not count.
func (d declarations) ofMacro() []declaration {
	var list []declaration
	for _, p := range d.parts {
		for _, t := range p.Transforms {
			if d.isMacro(t) && p.at != elsewhere {
				list = append(list, declaration{t, 0, p.logicalID})
			}
		}
	}
	for _, s := range d.all {
		if d.isMacro(s.Transform) {
			list = append(list, declaration{s.Transform, s.line, ""})
		}
	}
	return list
}

// stagesThatMayBring names the transforms over all resources, other than the macro, that may bring some.
func (d declarations) stagesThatMayBring() (names []string) {
	for _, s := range d.all {
		if d.mayBring(s.Transform) && !slices.Contains(names, s.Name) {
			names = append(names, s.Name)
		}
	}
	return names
}

// partsThatMayBring names the transforms of parts, other than the macro, that may bring a role: they get a whole resource, or
// several, and the macro does not come after them.
func (d declarations) partsThatMayBring() (names []string) {
	for _, p := range d.parts {
		isWhole := p.at == loopBody || p.at == oneResource
		if !isWhole || d.isMacro(p.Transforms[len(p.Transforms)-1]) {
			continue
		}
		for _, t := range p.Transforms {
			if d.mayBring(t) && !slices.Contains(names, t.Name) {
				names = append(names, t.Name)
			}
		}
	}
	return names
}

// bounded returns the resources that are bounded by the macro's own snippet in them: no other transform runs after it there.
func (d declarations) bounded() map[string]bool {
	bounded := make(map[string]bool)
	for _, p := range d.parts { // inner ones first, so that the outermost decides
		isWhole := p.at == oneResource || p.at == properties || p.at == theBoundary
		if isWhole {
			bounded[p.logicalID] = d.isMacro(p.Transforms[len(p.Transforms)-1])
		}
	}
	return bounded
}

// resolves reports whether a problem is gone once some stages have run, and the snippets in parts of the template.
func resolves(stages []stage, problem transform.Problem) bool {
	ran := func(name string) bool {
		return slices.ContainsFunc(stages, func(s stage) bool { return s.Name == name })
	}
	switch problem {
	case transform.LeftoverTransform:
		return true
	case transform.Serverless:
		return ran(samTransform)
	case transform.LoopVariableType, transform.LoopInside, transform.LoopVariableName, transform.MalformedLoop, transform.MisplacedFunction:
		return ran(loopsTransform)
	default:
		return false
	}
}
