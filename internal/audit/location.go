package audit

import "strings"

type roleLocation struct {
	role
	stack     *stack // nil: none that was read, or whose name the role's begins with
	isDoubted bool   // whether a stack that could not be read may contain it
}

func locate(roles []role, read reading) []roleLocation {
	stacks := make(map[string]*stack)
	for _, s := range read.stacks {
		for name := range s.roles {
			stacks[name] = s
		}
	}
	list := make([]roleLocation, 0, len(roles))
	for _, r := range roles {
		l := roleLocation{role: r, stack: stacks[r.name]}
		if l.stack == nil && !read.isWhole {
			l.stack, l.isDoubted = unreadStackOf(r.name, read.stacks), true
		}
		list = append(list, l)
	}
	return list
}

// unreadStackOf returns the stack that could not be read and whose name a role's begins with, as CloudFormation names
// roles that have no name in the template: the stack with the longest name, or nil.
func unreadStackOf(role string, stacks []*stack) (found *stack) {
	for _, s := range stacks {
		if s.isUnread && strings.HasPrefix(role, s.name+"-") && (found == nil || len(s.name) > len(found.name)) {
			found = s
		}
	}
	return found
}
