package boundary

// Pattern returns the policy's ARN for IAM's condition operator ArnLike, with an asterisk for what the scope does not
// know. It must not be called on [None].
func (v Value) Pattern(s Scope) string { return v.fill(s, func(placeholder) string { return "*" }) }
