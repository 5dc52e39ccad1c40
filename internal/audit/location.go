package audit

import "strings"

// locate finds the stack of each role. If stacks could not be read, a role of none of the others may belong to them.
// CloudFormation begins the name of a role that has none in the template with the stack's name: of such stacks, it is
// the one with the longest name.
func locate(roles []role, read reading) {
	stacks := make(map[string]*stack)
	for _, s := range read.stacks {
		for name := range s.roles {
			stacks[name] = s
		}
	}
	for i := range roles {
		r := &roles[i]
		r.stack = stacks[r.name]
		if r.stack != nil || read.isWhole {
			continue
		}
		r.isDoubted = true
		for _, s := range read.stacks {
			if s.unread != nil && strings.HasPrefix(r.name, s.name+"-") && (r.stack == nil || len(s.name) > len(r.stack.name)) {
				r.stack = s
			}
		}
	}
}
