package boundary

import (
	"cmp"
	"strings"
)

// Pattern returns the ARN of the policy as IAM's condition operator ArnLike takes it: what the scope does not
// know, an asterisk stands for. It is not to be called for none.
func (v Value) Pattern(s Scope) string {
	own := ""
	if s.Region != "" {
		own = PartitionOf(s.Region).ID
	}
	return strings.NewReplacer(
		partitionPlaceholder, cmp.Or(own, "*"),
		accountPlaceholder, cmp.Or(s.AccountID, "*"),
		regionPlaceholder, cmp.Or(s.Region, "*"),
		environmentPlaceholder, cmp.Or(s.Environment, "*"),
		projectPlaceholder, cmp.Or(s.Project, "*"),
	).Replace(v.text)
}
