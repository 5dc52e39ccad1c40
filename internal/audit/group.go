package audit

import (
	"cmp"
	"slices"
)

// Group counts the roles of an environment in one location.
type Group struct {
	Account     string `json:"account"`     // the account's ID
	Location    string `json:"place"`       // stack, outside, or unread, as of a role
	Stack       string `json:"stack"`       // the stack's name; empty if it is none, or not known
	Root        string `json:"root"`        // the name of the outermost stack around it
	Region      string `json:"region"`      // the stack's region
	Environment string `json:"environment"` // the environment's name; empty if it is not known
	Roles       int    `json:"roles"`       // the roles that were compared
	Findings    int    `json:"findings"`    // those that need attention
}

func countGroups(roles []Role) []Group {
	groups, indexes := []Group{}, make(map[Group]int) // by the group without counts
	for _, r := range roles {
		key := Group{Account: r.Account, Location: r.Location, Stack: r.Stack, Root: r.Root, Region: r.Region, Environment: r.Environment}
		i, found := indexes[key]
		if !found {
			i = len(groups)
			indexes[key], groups = i, append(groups, key)
		}
		groups[i].Roles++
		if r.Kind.IsFinding() {
			groups[i].Findings++
		}
	}
	slices.SortStableFunc(groups, compareGroups)
	return groups
}

// compareGroups orders groups: those with the most findings first.
func compareGroups(a, b Group) int {
	return cmp.Or(cmp.Compare(b.Findings, a.Findings), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region),
		cmp.Compare(a.Root, b.Root), cmp.Compare(a.Stack, b.Stack), cmp.Compare(a.Environment, b.Environment))
}
