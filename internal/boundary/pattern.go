package boundary

import "strings"

// Pattern returns the policy's ARN for IAM's condition operator ArnLike, with an asterisk for what the scope does not
// know. An asterisk or a question mark in the policy's path is escaped, so that it matches only itself, see
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html. It must not be called on [None].
func (v Value) Pattern(s Scope) string {
	literal := Value{strings.NewReplacer("*", "${*}", "?", "${?}").Replace(v.text)}
	return literal.fill(s, func(placeholder) string { return "*" })
}
