package boundary

import (
	"cmp"
	"strings"
)

// Check fails where the value could not hold in a scope, as [Value.Resolve] does. That the scope does
// not hold a name that the value uses is no fault: the value may be right for some template.
func (v Value) Check(s Scope) error {
	if v.IsNone() {
		return nil
	}
	known := strings.NewReplacer(
		partitionPlaceholder, PartitionOf(s.Region).ID,
		accountPlaceholder, cmp.Or(s.AccountID, "000000000000"),
		regionPlaceholder, cmp.Or(s.Region, "region"),
		environmentPlaceholder, cmp.Or(s.Environment, "environment"),
		projectPlaceholder, cmp.Or(s.Project, "project"),
	)
	_, err := Value{known.Replace(v.text)}.Resolve(s)
	return err
}
