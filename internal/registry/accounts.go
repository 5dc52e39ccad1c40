package registry

import (
	"maps"
	"slices"
	"strings"

	"amplify-boundary/internal/boundary"
)

// AccountsPath returns the path below which the SSM parameters lie that fix accounts to environments.
func AccountsPath(prefix string) string { return prefix + "/" + accounts }

// SplitAccount returns the ID of the account that the SSM parameter of this name fixes to an environment. It
// reports whether the name is that of an account below the prefix.
func SplitAccount(prefix, name string) (id string, ok bool) {
	id, ok = strings.CutPrefix(name, AccountsPath(prefix)+"/")
	return id, ok && boundary.ValidAccount(id)
}

// Accounts lists the IDs of the accounts that have a parameter of their own, sorted. What it holds may be
// malformed: see [Snapshot.Account].
func (s Snapshot) Accounts() []string {
	var ids []string
	for _, name := range slices.Sorted(maps.Keys(s.values)) {
		if id, ok := SplitAccount(s.prefix, name); ok {
			ids = append(ids, id)
		}
	}
	return ids
}
