package check

import (
	"cmp"
	"errors"
	"path/filepath"
	"slices"
	"strings"

	"amplify-boundary/internal/amplify"
	"amplify-boundary/internal/command"
	"amplify-boundary/internal/command/files"
	"amplify-boundary/internal/declare"
	"amplify-boundary/internal/findings"
	"amplify-boundary/internal/nested"
	"amplify-boundary/internal/shell"
)

// child is a nested stack whose template is checked too.
type child struct {
	logicalID string
	*checkedTemplate
}

// markBound marks the templates that the macro with NESTED_STACKS=bound declares itself in: those of the nested
// stacks of a template that declares it, and theirs. Those of an Amplify project are all that its backend has.
func markBound(templates []*checkedTemplate) {
	queue := slices.DeleteFunc(slices.Clone(templates), func(t *checkedTemplate) bool { return t.state != declare.Last })
	for ; len(queue) > 0; queue = queue[1:] {
		parent := queue[0]
		children := slices.Clip(parent.children)
		if backend, isRoot := amplify.BackendOfRoot(parent.file.Key()); isRoot {
			for _, t := range templates {
				if strings.HasPrefix(t.file.Key(), backend+string(filepath.Separator)) {
					children = append(children, child{checkedTemplate: t})
				}
			}
		}
		for _, child := range children {
			if child.state == declare.Absent && child.boundBy == nil {
				child.boundBy = cmp.Or(parent.boundBy, parent)
				queue = append(queue, child.checkedTemplate)
			}
		}
	}
}

// nestedFindings reports the templates of nested stacks that were not checked, and, with NESTED_STACKS=require,
// those that do not declare the macro. A function that requires or adds declarations reads the templates itself.
func (c *checker) nestedFindings(t *checkedTemplate, set *files.Set) (found []findings.Finding) {
	isProcessed := (t.state == declare.Last || t.boundBy != nil) && c.nestedStacks != string(nested.Ignore)
	if isProcessed && c.nestedStacks == string(nested.Require) {
		for _, child := range t.children {
			if child.state != declare.Last {
				found = append(found, t.atResources(ruleNested, findings.Error, []string{child.logicalID},
					"the template of %s does not declare %s last, so the function with NESTED_STACKS=require refuses the stack; declare it with: amplify-boundary declare %s",
					child.logicalID, c.macro, shell.Quote(child.file.Path)))
			}
		}
	}
	if isProcessed {
		return found
	}
	unread := slices.DeleteFunc(slices.Clone(t.stacks), func(s nested.LocatedStack) bool {
		return s.Err == nil || errors.Is(s.Err, nested.ErrOutside) && set.Has(t.file.Nested(s.Template))
	})
	for _, group := range grouped(unread, func(s nested.LocatedStack) error { return s.Err }) {
		var ids []string
		for _, stack := range group {
			ids = append(ids, stack.LogicalID)
		}
		found = append(found, t.atResources(ruleNested, findings.Warning, ids,
			"the template of %s was not checked: %s: %v; check it where it is, or let the function process it with its setting NESTED_STACKS",
			command.Counted(len(ids), "nested stack"), shortNames(ids), group[0].Err))
	}
	return found
}
