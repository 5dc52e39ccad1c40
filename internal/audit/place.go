package audit

import "strings"

// placed is a role with the stacks that made it, or that took it over: mostly one, or none.
type placed struct {
	role
	stacks []*stack
	unread *stack // a stack that could not be read, and by whose name the role's begins
	doubt  bool   // whether a stack that could not be read may have made it
}

// place finds the stacks of each role.
func place(roles []role, read reading) []placed {
	of := make(map[string][]*stack)
	for _, s := range read.stacks {
		for name := range s.roles {
			of[name] = append(of[name], s)
		}
	}
	list := make([]placed, 0, len(roles))
	for _, r := range roles {
		p := placed{role: r, stacks: of[r.name]}
		if len(p.stacks) == 0 && !read.isWhole && !r.isReserved {
			p.doubt, p.unread = true, unreadOf(r.name, read.stacks)
		}
		list = append(list, p)
	}
	return list
}

// unreadOf returns the stack that could not be read whose name a role's begins with, as CloudFormation names
// the roles that have no name in the template; the longest one, or nil.
func unreadOf(role string, stacks []*stack) (found *stack) {
	for _, s := range stacks {
		if s.isUnread && strings.HasPrefix(role, s.name+"-") && (found == nil || len(s.name) > len(found.name)) {
			found = s
		}
	}
	return found
}
